"""grpcio as the server of our client: server.py SOCKET DESCRIPTORS. Prints READY; ends when its input ends."""
import sys
import time
from concurrent import futures

import messages
from messages import grpc

socket, descriptors = sys.argv[1:3]
Request, Response = messages.load(descriptors)
codes = {code.value[0]: code for code in grpc.StatusCode}


def answer(request, context):
    if request.delay_milliseconds:
        time.sleep(request.delay_milliseconds / 1000)
    if request.status:
        context.abort(codes[request.status], request.text)
    return Response(text=request.text, number=request.number, data=request.data)


def count(request, context):
    for number in range(1, request.number + 1):
        yield Response(text=request.text, number=number)
    answer(request, context)


def chat(requests, context):
    for request in requests:
        yield answer(request, context)


codec = dict(request_deserializer=Request.FromString, response_serializer=Response.SerializeToString)
server = grpc.server(futures.ThreadPoolExecutor(max_workers=16))
server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("portablevirt.test.Echo", {
    "Unary": grpc.unary_unary_rpc_method_handler(answer, **codec),
    "Count": grpc.unary_stream_rpc_method_handler(count, **codec),
    "Chat": grpc.stream_stream_rpc_method_handler(chat, **codec),
}),))
server.add_insecure_port("unix:" + socket)
server.start()
print("READY", flush=True)
sys.stdin.read()
server.stop(0)
