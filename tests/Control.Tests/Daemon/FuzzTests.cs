using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using PortableVirt.Control.Tests.Protocol;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;
using Xunit.Abstractions;

namespace PortableVirt.Control.Tests.Daemon;

/// <summary>Requests made up at three levels against the real daemon: it answers everybody else, logs no error of its own and does not grow.</summary>
[Collection("daemon")]
public sealed class FuzzTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>Rounds of each test; PV_FUZZ_ROUNDS for longer ones by hand.</summary>
    private static readonly int Rounds =
        int.TryParse(Environment.GetEnvironmentVariable("PV_FUZZ_ROUNDS"), CultureInfo.InvariantCulture, out int rounds) ? rounds : 300;

    private readonly TestDaemon _daemon = new();

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public async Task Requests_of_any_bytes_are_answered_with_a_status()
    {
        MethodDescriptor[] methods = [.. DaemonReflection.Descriptor.Services.Single().Methods.Where(m => m.Name != DaemonMethods.WatchEvents.Name)];
        Random random = new(5);
        using RawCall call = new(_daemon.SocketPath);
        await MeasureAsync(async () =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                MethodDescriptor method = methods[random.Next(methods.Length)];
                byte[] message = random.Next(4) == 0 ? Bytes(random, random.Next(200)) : Mutate(random, Fill(random, method.InputType, 3).ToByteArray());
                byte[] body = [0, .. BigEndian(message.Length), .. message];
                if (random.Next(8) == 0)
                {
                    body = Mutate(random, body);
                }

                (_, string? status) = await call.SendAsync($"/{method.Service.FullName}/{method.Name}", body, "application/grpc", null, ("grpc-timeout", "2S"));
                Assert.True(status is not null && status != "2", $"round {round}: {method.Name} ended with status {status}");
            }
        });
    }

    [Fact]
    public async Task Frames_and_bytes_of_any_kind_end_their_own_connection_alone()
    {
        Random random = new(6);
        using GrpcChannel other = _daemon.Connect();
        await MeasureAsync(async () =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { SendTimeout = 5000 };
                socket.Connect(new UnixDomainSocketEndPoint(_daemon.SocketPath));
                try
                {
                    if (random.Next(4) > 0)
                    {
                        socket.Send(Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
                        socket.Send((byte[])[0, 0, 0, 4, 0, 0, 0, 0, 0]);
                    }

                    for (int i = random.Next(20); i >= 0; i--)
                    {
                        socket.Send(random.Next(3) == 0 ? Bytes(random, random.Next(300)) : Frame(random));
                    }
                }
                catch (SocketException)
                {
                    // The daemon has closed it, as it should.
                }

                if (round % 20 == 0)
                {
                    await other.UnaryCallAsync(DaemonMethods.ListVms, new ListVmsRequest(), new CallOptions(TimeSpan.FromSeconds(10)));
                }
            }
        });
    }

    [Fact]
    public async Task A_thousand_idle_connections_and_slow_readers_stop_nobody()
    {
        const uint user = 61_235;
        List<Socket> idle = [];
        using GrpcChannel channel = _daemon.Connect();
        using DaemonClient client = new(_daemon);
        try
        {
            for (int i = 0; i < 1000; i++)
            {
                idle.Add(TestNative.ConnectAs(user, _daemon.SocketPath));
            }

            // Ten who watch and never read, while a thousand events happen.
            List<AsyncServerStreamingCall<Event>> watchers = [.. Enumerable.Range(0, 10).Select(_ =>
                channel.ServerStreamingCall(DaemonMethods.WatchEvents, new WatchEventsRequest(), default))];
            Vm vm = await client.StartWaiterAsync();
            for (int i = 0; i < 100; i++)
            {
                await client.CallAsync(DaemonMethods.PauseVm, new PauseVmRequest { VmId = vm.Id });
                await client.CallAsync(DaemonMethods.ResumeVm, new ResumeVmRequest { VmId = vm.Id });
            }

            Assert.Single(await _daemon.ListAsync());
            using GrpcChannel another = GrpcChannel.ForSocket(TestNative.ConnectAs(user + 1, _daemon.SocketPath));
            Assert.Empty((await another.UnaryCallAsync(DaemonMethods.ListVms, new ListVmsRequest(), new CallOptions(TimeSpan.FromSeconds(10)))).Vms);
            watchers.ForEach(w => w.Dispose());
        }
        finally
        {
            idle.ForEach(s => s.Dispose());
        }
    }

    /// <summary>The daemon lives, has logged no error, holds no more descriptors and hardly more memory than before the second half of the work.</summary>
    private async Task MeasureAsync(Func<Task> work)
    {
        await work();
        (int descriptors, long memory) before = Measure();
        await work();
        for (int i = 0; i < 100 && Measure().Descriptors > before.descriptors + 5; i++)
        {
            await Task.Delay(50);
        }

        (int descriptors, long memory) after = Measure();
        output.WriteLine($"memory {before.memory >> 20} MiB, then {after.memory >> 20} MiB; descriptors {before.descriptors}, then {after.descriptors}");
        Assert.InRange(after.descriptors, 1, before.descriptors + 5);
        Assert.InRange(after.memory, 1, before.memory + (24L << 20));
        Assert.Empty(await _daemon.ListAsync());
        Assert.DoesNotContain(_daemon.Log, l => l.StartsWith("<3>", StringComparison.Ordinal) || l.StartsWith("<2>", StringComparison.Ordinal));
    }

    private (int Descriptors, long Memory) Measure()
    {
        using Process process = Process.GetProcessById(_daemon.ProcessId);
        return (Directory.GetFileSystemEntries($"/proc/{_daemon.ProcessId}/fd").Length, process.WorkingSet64);
    }

    private static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] BigEndian(int number) => [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];

    private static byte[] Mutate(Random random, byte[] bytes)
    {
        for (int i = random.Next(3); i > 0 && bytes.Length > 0; i--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return random.Next(10) == 0 ? bytes[..random.Next(bytes.Length + 1)] : bytes;
    }

    /// <summary>Type and stream of any kind, flags any, a length that is right, mostly.</summary>
    private static byte[] Frame(Random random)
    {
        byte[] payload = Bytes(random, random.Next(64));
        int length = random.Next(10) == 0 ? random.Next(1 << 24) : payload.Length;
        return [(byte)(length >> 16), (byte)(length >> 8), (byte)length, (byte)random.Next(12), (byte)random.Next(256), 0, 0, 0, (byte)random.Next(8), .. payload];
    }

    /// <summary>A message with values that are hard to take: extremes, long texts, control characters, ids that do not exist.</summary>
    private static IMessage Fill(Random random, MessageDescriptor type, int depth)
    {
        IMessage message = type.Parser.ParseFrom(ByteString.Empty);
        foreach (FieldDescriptor field in type.Fields.InDeclarationOrder().Where(f => !f.IsMap && random.Next(4) > 0))
        {
            object? value = Value(random, field, depth);
            if (value is null)
            {
                continue;
            }

            if (field.IsRepeated)
            {
                ((System.Collections.IList)field.Accessor.GetValue(message)).Add(value);
            }
            else
            {
                field.Accessor.SetValue(message, value);
            }
        }

        return message;
    }

    private static object? Value(Random random, FieldDescriptor field, int depth) => field.FieldType switch
    {
        FieldType.Bool => random.Next(2) == 0,
        FieldType.Int32 => Pick(random, 0, -1, int.MaxValue, int.MinValue, 3, 100_000),
        FieldType.UInt32 => Pick(random, 0u, 1u, uint.MaxValue, 100u),
        FieldType.UInt64 => Pick(random, 0ul, 1ul, ulong.MaxValue, 1ul << 40),
        FieldType.String => Pick(random, "", "0123abcd", "x\0y", new string('a', 5000), "../../etc/passwd", "/", "ffff", "☂\n\r\t"),
        FieldType.Bytes => ByteString.CopyFrom(Bytes(random, 20)),
        FieldType.Enum => Pick(random, 0, 1, 2, -1, 999),
        FieldType.Message when depth > 0 => Fill(random, field.MessageType, depth - 1),
        _ => null,
    };

    private static T Pick<T>(Random random, params T[] values) => values[random.Next(values.Length)];
}
