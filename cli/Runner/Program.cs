using PortableVirt.Cli.Packages;
using PortableVirt.VmApp.Core;

if (PackagedRun.TryRun(args) is { } code)
{
    return code;
}
Console.Error.WriteLine("portablevirt-run: this program is the beginning of packages that \"pvctl pack\" makes; alone it does nothing");
return ExitCodes.Failed;
