using PortableVirt.TakenOver.Escapes;

namespace PortableVirt.VmApp.Core;

public sealed partial class VmRunner
{
    /// <summary>The attacker's code, in the process of the VM-app, in the closed cell, on a thread that existed before it was closed.</summary>
    partial void CellClosed()
    {
        foreach (string name in options.Arguments)
        {
            Escape escape = EscapeTable.All.Single(e => e.Name == name);
            Console.Out.WriteLine($"{name} TRIED");
            Console.Out.Flush();
            Console.Out.WriteLine($"{name} {escape.Try(new Target(options.Environment))}");
            Console.Out.Flush();
        }
        Environment.Exit(0);
    }
}
