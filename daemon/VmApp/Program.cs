using PortableVirt.Protocol.Sockets;
using PortableVirt.VmApp.Core;
using PortableVirt.VmApp.Stages;

switch (args.FirstOrDefault())
{
    case VmDescriptors.EnterArgument:
        return FirstStage.Run(args);
    case VmDescriptors.VmArgument:
        return await SecondStage.RunAsync().ConfigureAwait(false);
    case "--version":
        Console.WriteLine("portablevirt-vmapp " + SecondStage.Version);
        return 0;
    default:
        Console.Error.WriteLine("portablevirt-vmapp: started by portablevirtd only; use \"pvctl run PROGRAM.exe\"");
        return ExitCodes.Failed;
}
