using System.Reflection;

namespace PortableVirt.Emulation.Tests.Generator;

/// <summary>A generated table row, seen by reflection because its assembly is made in the test.</summary>
internal sealed class GeneratedEntry(Assembly assembly, object entry)
{
    /// <summary>A property of the row.</summary>
    public object? this[string property] => entry.GetType().GetProperty(property)!.GetValue(entry);

    /// <summary>The row of the call inside a gate's row.</summary>
    public GeneratedEntry Call => new(assembly, this["Call"]!);

    /// <summary>Calls the handler with raw arguments.</summary>
    public ulong Invoke(params ulong[] arguments) => (ulong)((Delegate)this["Handler"]!).DynamicInvoke(Thread(arguments, true))!;

    /// <summary>Calls the handler of a thread whose stack cannot be read.</summary>
    public ulong InvokeWithoutStack() => (ulong)((Delegate)this["Handler"]!).DynamicInvoke(Thread(new ulong[4], false))!;

    /// <summary>Formats raw arguments.</summary>
    public string Format(params ulong[] arguments) => (string)((Delegate)this["FormatArguments"]!).DynamicInvoke(Thread(arguments, true))!;

    private object Thread(ulong[] arguments, bool stackIsReadable) =>
        Activator.CreateInstance(assembly.GetType("PortableVirt.Emulation.Threads.NtThread")!, arguments, stackIsReadable)!;
}
