using System.Reflection;
using Google.Protobuf.Reflection;
using PortableVirt.Dispatch.Rights;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Control.Tests.Protocol;

/// <summary>The methods in code are those of the .proto files, and the daemon's all have a right.</summary>
public sealed class MethodTableTests
{
    private static readonly Method[] Methods =
    [
        .. new[] { typeof(DaemonMethods), typeof(ManagerMethods), typeof(AgentMethods) }
            .SelectMany(t => t.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Select(f => (Method)f.GetValue(null)!),
    ];

    private static readonly MethodDescriptor[] Descriptors =
    [
        .. new[] { DaemonReflection.Descriptor, ManagerReflection.Descriptor, AgentReflection.Descriptor }
            .SelectMany(f => f.Services).SelectMany(s => s.Methods),
    ];

    [Fact]
    public void Methods_in_code_are_those_of_the_files()
    {
        Assert.Equal(
            Descriptors.Select(d => $"/{d.Service.FullName}/{d.Name} {TypeOf(d)}").Order(),
            Methods.Select(m => $"{m.FullName} {m.Type}").Order());
    }

    [Fact]
    public void Every_method_of_the_daemon_has_a_right()
    {
        Method[] without = [.. Methods.Where(m => !m.ServiceName.EndsWith(".Agent", StringComparison.Ordinal) && RightTable.Find(m) is null)];
        Assert.Empty(without.Select(m => m.FullName));
    }

    [Theory]
    [InlineData("portablevirt", 990u)]
    [InlineData("nobody", null)]
    public void The_administrators_group_is_read_from_group_5(string name, uint? id) =>
        Assert.Equal(id, Authorizer.FindGroup(["root:x:0:", "broken", "portablevirtx:x:1:", "portablevirt:x:990:anna,bob"], name));

    private static MethodType TypeOf(MethodDescriptor method) => (method.IsClientStreaming, method.IsServerStreaming) switch
    {
        (false, false) => MethodType.Unary,
        (false, true) => MethodType.ServerStreaming,
        (true, true) => MethodType.DuplexStreaming,
        _ => throw new InvalidOperationException($"{method.FullName}: client streaming is not supported"),
    };
}
