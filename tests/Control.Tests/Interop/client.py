"""grpcio as the client of our server: client.py SOCKET DESCRIPTORS. Prints one line a check; exit code 1 when one fails."""
import sys
import threading

import messages
from messages import grpc

socket, descriptors = sys.argv[1:3]
Request, Response = messages.load(descriptors)
channel = grpc.insecure_channel("unix:" + socket, options=[("grpc.max_receive_message_length", -1)])
prefix = "/portablevirt.test.Echo/"
codec = dict(request_serializer=Request.SerializeToString, response_deserializer=Response.FromString)
unary = channel.unary_unary(prefix + "Unary", **codec)
count = channel.unary_stream(prefix + "Count", **codec)
chat = channel.stream_stream(prefix + "Chat", **codec)
missing = channel.unary_unary(prefix + "Missing", **codec)
failed = 0


def check(name, good, got=""):
    global failed
    failed += not good
    print(("ok   " if good else "FAIL ") + name, "" if good else repr(got))


def status(call):
    try:
        result = call()
        return "no error", result
    except grpc.RpcError as error:
        return error.code(), error.details()


text = "žluťoučký kůň ☂ 100 %"
answer = unary(Request(text=text, number=-7, data=b"\0\xff"))
check("unary", (answer.text, answer.number, answer.data) == (text, -7, b"\0\xff"), answer)
big = bytes(range(256)) * 6000
check("large message", unary(Request(data=big)).data == big)
check("empty message", unary(Request()) == Response())
numbers = [r.number for r in count(Request(number=500, text=text))]
check("server stream", numbers == list(range(1, 501)), numbers[:9])
check("empty server stream", list(count(Request(number=0))) == [])

turn = threading.Semaphore(1)
seen = []


def questions():
    for i in range(100):
        turn.acquire()
        yield Request(number=i, text=text)


for response in chat(questions()):
    seen.append(response.number)
    turn.release()
check("duplex, in turns", seen == list(range(100)), seen[:9])
check("duplex, all at once", [r.number for r in chat(iter([Request(number=i) for i in range(1000)]))] == list(range(1000)))
check("duplex without requests", list(chat(iter([]))) == [])

for code in (1, 2, 3, 5, 7, 9, 14, 16):
    got = status(lambda: unary(Request(status=code, text=text)))
    check(f"status {code}", got[0].value[0] == code and got[1] == text, got)
got = status(lambda: unary(Request(status=5, text="line 1\nline 2\t%41")))
check("status message with control characters", got == (grpc.StatusCode.NOT_FOUND, "line 1\nline 2\t%41"), got)
got = status(lambda: list(count(Request(number=3, status=8, text="after three"))))
check("status after responses", got == (grpc.StatusCode.RESOURCE_EXHAUSTED, "after three"), got)
got = status(lambda: list(chat(iter([Request(), Request(status=3, text="no"), Request()]))))
check("status within a duplex call", got == (grpc.StatusCode.INVALID_ARGUMENT, "no"), got)
got = status(lambda: missing(Request()))
check("missing method", got[0] == grpc.StatusCode.UNIMPLEMENTED, got)
got = status(lambda: unary(Request(delay_milliseconds=5000), timeout=0.2))
check("deadline", got[0] == grpc.StatusCode.DEADLINE_EXCEEDED, got)
got = status(lambda: unary(Request(data=bytes(3 << 20))))
check("message above the limit", got[0] == grpc.StatusCode.RESOURCE_EXHAUSTED, got)
got = status(lambda: unary(Request(text="x" * 100), compression=grpc.Compression.Gzip))
check("compression is refused", got[0] == grpc.StatusCode.UNIMPLEMENTED, got)

call = unary.future(Request(delay_milliseconds=5000))
call.cancel()
check("cancelled by the client", call.cancelled())
calls = [unary.future(Request(number=i)) for i in range(200)]
check("200 calls at a time", [c.result().number for c in calls] == list(range(200)))
sys.exit(1 if failed else 0)
