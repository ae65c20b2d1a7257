using PortableVirt.Cli;

// A package is pvctl with its contents behind it: then every argument is the program's.
return PortableVirt.Cli.Packages.PackagedRun.TryRun(args) ?? await Pvctl.RunAsync(args).ConfigureAwait(false);
