"""A caller of the daemon with its real ids: caller.py SOCKET DESCRIPTORS FOLDER OWN PROGRAMS PACKAGE. Has the daemon open, by every method that opens something, what is in
FOLDER; OWN is a folder of the caller, PROGRAMS that of the Windows programs, PACKAGE the name of a package of FOLDER's owner. Prints a line for each attempt: its name
and "reached" or why not."""
import os
import sys
import time

import messages
from messages import grpc

socket, descriptors, folder, own, programs, package = sys.argv[1:7]
types = messages.types(descriptors, "portablevirt.v1.")
channel = grpc.insecure_channel("unix:" + socket)
ENDED = (6, 7)
serial = 0


def method(name, kind="unary_unary", request=None, response=None):
    request, response = types(request or name + "Request"), types(response or name + "Response")
    call = getattr(channel, kind)("/portablevirt.v1.Daemon/" + name, request_serializer=request.SerializeToString, response_deserializer=response.FromString)
    if kind == "unary_unary":
        return lambda **fields: call(request(**fields), timeout=60)
    return lambda message: call(message, timeout=60)


start_vm, inspect, restart, register = method("StartVm"), method("InspectVm"), method("RestartVm"), method("RegisterPackage")
read_logs = method("ReadLogs", "unary_stream", response="LogChunk")
run_program = method("RunProgram", "stream_stream")


def options(program, *arguments, cwd=own, **more):
    environment = {"HOME": own, "PATH": "/usr/bin:/bin", **more.pop("environment", {})}
    return types("LaunchOptions")(program_path=program, arguments=arguments, working_folder=cwd, environment=environment, **more)


def finished(vm):
    while True:
        state = inspect(vm_id=vm).vm
        if state.state in ENDED:
            return state.exit.exit_code
        time.sleep(0.05)


def log(vm):
    return b"".join(chunk.data for chunk in read_logs(types("ReadLogsRequest")(vm_id=vm))).decode()


def start(launch, cwd=own, **more):
    """Starts a VM and gives its id when it has ended."""
    descriptor = os.open(cwd, os.O_PATH | os.O_DIRECTORY)
    try:
        vm = start_vm(options=launch, working_folder=descriptor, **more).vm.id
    finally:
        os.close(descriptor)
    finished(vm)
    return vm


def program():
    return finished(start(options(folder + "/secret.exe", "7"))) == 7


def attached():
    devnull = os.open("/dev/null", os.O_RDWR)
    cwd = os.open(own, os.O_PATH | os.O_DIRECTORY)
    numbers = types("CallerDescriptors")(std_in=devnull, std_out=devnull, std_err=devnull, working_folder=cwd)
    request = types("RunProgramRequest")(start=types("RunStart")(options=options(folder + "/secret.exe", "7"), descriptors=numbers))
    answers = list(run_program(iter([request])))
    return answers[-1].exit.exit_code == 7


def peek(*paths, **more):
    return log(start(options(programs + "/peek.exe", *paths, **more)))


def grant():
    place = "Z:" + folder.replace("/", "\\")
    text = peek(place + "\\secret.txt", "+" + place + "\\made-by-grant", grants=[types("Grant")(path=folder)])
    return "READ" in text or "MADE" in text


def grant_of_a_file():
    return "READ" in peek("Z:" + folder.replace("/", "\\") + "\\secret.txt", grants=[types("Grant")(path=folder + "/secret.txt", read_only=True)])


def working_folder():
    """Where it cannot be entered the program has its own drive instead, and may make files there."""
    return "READ" in peek("secret.txt", "+made-in-working-folder", cwd=folder)


def data():
    start(options(programs + "/exitcode.exe", data_folder=folder + "/data"))
    return os.path.isdir(folder + "/data")


def crash_report():
    start(options(programs + "/crash.exe", crash_report_file=folder + "/report"))
    return os.path.exists(folder + "/report")


def session():
    start(options(programs + "/exitcode.exe", environment={"XDG_RUNTIME_DIR": folder}))
    return os.path.isdir(folder + "/portablevirt")


def restarted():
    """The working folder of a VM that is started again has become a link into the other folder."""
    place = own + "/link"
    os.mkdir(place)
    vm = start(options(programs + "/peek.exe", "secret.txt", "+made-again", cwd=place), cwd=place)
    os.rename(place, place + "-was")
    os.symlink(folder, place)
    restart(vm_id=vm)
    finished(vm)
    return "READ" in log(vm)


def registered():
    descriptor = os.open(folder + "/package", os.O_RDONLY)
    return register(descriptor=descriptor, name=package).package.name == package


def registered_unread():
    """A descriptor that may not be read by: the daemon must not open the file anew."""
    return register(descriptor=os.open(folder + "/package", os.O_PATH), name="unread").added


def started_by_name():
    start(options(""), package=package)
    return True


for attempt in (program, attached, grant, grant_of_a_file, working_folder, data, crash_report, session, restarted, registered, registered_unread, started_by_name):
    try:
        result = "reached" if attempt() else "not reached"
    except OSError as error:
        result = f"refused by the kernel: {error.strerror}"
    except grpc.RpcError as error:
        result = f"refused by the daemon: {error.code().name}: {error.details()}"
    print(attempt.__name__, result, flush=True)
