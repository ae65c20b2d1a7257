"""Messages for grpcio, made from the descriptors that the C# test writes: no generated code, any protobuf version."""
import sys

try:
    import grpc
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
except ImportError as error:
    sys.exit(f"this test needs Debian's python3-grpcio and python3-protobuf: apt-get install python3-grpcio python3-protobuf ({error})")


def types(path, prefix):
    """A function that gives the message class of a name, from a FileDescriptorSet."""
    files = descriptor_pb2.FileDescriptorSet()
    with open(path, "rb") as stream:
        files.ParseFromString(stream.read())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    if hasattr(message_factory, "GetMessageClass"):
        make = message_factory.GetMessageClass
    else:
        make = message_factory.MessageFactory(pool).GetPrototype
    return lambda name: make(pool.FindMessageTypeByName(prefix + name))


def load(path):
    """The request and response classes of the echo service."""
    echo = types(path, "portablevirt.test.Echo")
    return echo("Request"), echo("Response")
