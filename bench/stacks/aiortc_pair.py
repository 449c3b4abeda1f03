# Two aiortc peers in one process. Reads commands as JSON lines and answers each with one: connect, pings, flood.
import asyncio
import json
import os
import sys
import time

from aiortc import RTCConfiguration, RTCPeerConnection

HIGH = 1 << 20
LOW = 1 << 18


async def open_pair():
    one = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    other = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    loop = asyncio.get_event_loop()
    opened, received = loop.create_future(), loop.create_future()
    channel = one.createDataChannel("bench")
    channel.on("open", lambda: opened.done() or opened.set_result(None))
    other.on("datachannel", received.set_result)
    await one.setLocalDescription(await one.createOffer())
    await other.setRemoteDescription(one.localDescription)
    await other.setLocalDescription(await other.createAnswer())
    await one.setRemoteDescription(other.localDescription)
    if channel.readyState != "open":
        await opened
    return one, other, channel, await received


async def close_pair(one, other):
    await one.close()
    await other.close()


async def connect(count):
    times = []
    for _ in range(count):
        begun = time.perf_counter()
        one, other, _, _ = await open_pair()
        times.append((time.perf_counter() - begun) * 1000)
        await close_pair(one, other)
    return times


async def flood(size, count):
    one, other, channel, remote = await open_pair()
    done = asyncio.get_event_loop().create_future()
    left = count

    def arrived(_):
        nonlocal left
        left -= 1
        if left == 0:
            done.set_result(None)

    remote.on("message", arrived)
    channel.bufferedAmountLowThreshold = LOW
    room = asyncio.Event()
    channel.on("bufferedamountlow", room.set)
    message = b"x" * size
    cpu = time.process_time()
    begun = time.perf_counter()
    for _ in range(count):
        channel.send(message)
        if channel.bufferedAmount > HIGH:
            room.clear()
            await room.wait()
    await done
    seconds = time.perf_counter() - begun
    # Both ends are in this process: each is counted with half of it.
    half = (time.process_time() - cpu) * 500
    await close_pair(one, other)
    return {"seconds": seconds, "nearMs": half, "farMs": half}


async def pings(count):
    one, other, channel, remote = await open_pair()
    answers = asyncio.Queue()
    remote.on("message", remote.send)
    channel.on("message", answers.put_nowait)
    times = []
    for _ in range(count):
        begun = time.perf_counter()
        channel.send(b"x" * 100)
        await answers.get()
        times.append((time.perf_counter() - begun) * 1000)
    await close_pair(one, other)
    return times


async def main():
    commands = {"connect": connect, "flood": flood, "pings": pings}
    loop = asyncio.get_event_loop()
    while True:
        line = await loop.run_in_executor(None, sys.stdin.readline)
        if not line:
            os._exit(0)
        method, *args = json.loads(line)
        print(json.dumps(await commands[method](*args)), flush=True)


asyncio.run(main())
