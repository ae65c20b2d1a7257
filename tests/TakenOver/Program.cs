using PortableVirt.Protocol.Sockets;
using PortableVirt.TakenOver;
using PortableVirt.TakenOver.Escapes;
using PortableVirt.VmApp.Core;
using PortableVirt.VmApp.Stages;

switch (args.FirstOrDefault())
{
    case VmDescriptors.EnterArgument:
        return FirstStage.Run(args);
    case VmDescriptors.VmArgument:
        return await SecondStage.RunAsync().ConfigureAwait(false);
    case "--list":
        foreach (Escape escape in EscapeTable.All)
        {
            Console.WriteLine($"{escape.Name} {(escape.EndsProcess ? "ends" : "fails")} {(escape.NeedsDaemon ? "daemon" : "always")}");
        }
        return 0;
    case "--embedded":
        // --embedded NETWORK PROGRAM.exe [ESCAPE...], as EmbeddedRun of pvctl does it.
        LaunchOptions options = new()
        {
            ProgramPath = args[2],
            Arguments = args[3..],
            WorkingFolder = Directory.GetCurrentDirectory(),
            Private = true,
            Grants = [new Grant(Directory.GetCurrentDirectory(), false)],
            Network = Enum.Parse<NetworkMode>(args[1]),
            Environment = Environment.GetEnvironmentVariables().Keys.Cast<string>().ToDictionary(k => k, k => Environment.GetEnvironmentVariable(k)!),
            Cell = new RunCell(),
        };
        using (MachineStart machine = MachineStart.Begin(() => File.OpenHandle("/dev/kvm", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite)))
        {
            VmExit exit = new VmRunner(options, machine, new StdErrEvents()).Run();
            Console.Error.WriteLine(exit.Failure);
            return exit.ExitCode;
        }
    default:
        Console.Error.WriteLine("taken-over: for the tests of the cell");
        return 1;
}
