# Two aiortc peers in one process: bulk and round trips, as JSON on standard output.
import asyncio
import json
import os
import time

from aiortc import RTCConfiguration, RTCPeerConnection

ROUNDS = 3
HIGH = 1 << 20
LOW = 1 << 18


async def connect():
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


async def flood(size, count):
    one, other, channel, remote = await connect()
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
    begun = time.perf_counter()
    for _ in range(count):
        channel.send(message)
        if channel.bufferedAmount > HIGH:
            room.clear()
            await room.wait()
    await done
    seconds = time.perf_counter() - begun
    await one.close()
    await other.close()
    return seconds


async def pings(count):
    one, other, channel, remote = await connect()
    answers = asyncio.Queue()
    remote.on("message", remote.send)
    channel.on("message", answers.put_nowait)
    times = []
    for _ in range(count):
        begun = time.perf_counter()
        channel.send(b"x" * 100)
        await answers.get()
        times.append((time.perf_counter() - begun) * 1000)
    await one.close()
    await other.close()
    return sorted(times)


async def main():
    rows = {}

    def add(row, value):
        rows.setdefault(row, []).append(value)

    for _ in range(ROUNDS):
        add("100 B messages, 1/s", 5000 / await flood(100, 5000))
        add("16 KiB messages, MB/s", 16000 * 600 / 1e6 / await flood(16000, 600))
        add("60 KiB messages, MB/s", 61440 * 200 / 1e6 / await flood(61440, 200))
        times = await pings(500)
        add("100 B there and back, p50 ms", times[249])
        add("100 B there and back, p99 ms", times[494])
        add("100 B there and back, worst ms", times[-1])
    print(json.dumps(rows), flush=True)
    os._exit(0)


asyncio.run(main())
