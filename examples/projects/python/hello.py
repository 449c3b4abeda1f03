"""A node in Python, by `lanpeer run --json`: greets every device that it meets, and prints what they say.

    python3 hello.py [NAME] [option of lanpeer run]...

It ends when standard input ends, or with Ctrl-C.
"""

import json
import subprocess
import sys

name, options = (sys.argv[1], sys.argv[2:]) if len(sys.argv) > 1 else ("python", [])
node = subprocess.Popen(
    ["lanpeer", "run", "--json", "--name", name, *options],
    stdin=subprocess.PIPE,
    stdout=subprocess.PIPE,
    text=True,
)


def do(**command):
    node.stdin.write(json.dumps(command) + "\n")
    node.stdin.flush()


try:
    # Read it all the time: what waits unread holds messages and commands back.
    for line in node.stdout:
        event = json.loads(line)
        kind = event["event"]
        # `connected` comes again when WebRTC takes over from TLS.
        if kind == "connection" and event["state"] == "connected" and event["previous"] != "connected":
            do(do="send", to=event["id"], type="hello", data={"text": f"Hi from {name}"}, ref=event["id"])
        elif kind == "message":
            print(event["data"]["text"], flush=True)
        elif kind == "error":
            print(event["code"], event["message"], file=sys.stderr)
except KeyboardInterrupt:
    pass
finally:
    # The node says goodbye.
    node.terminate()
    node.wait()
