using PortableVirt.Cli;

return await Pvctl.RunAsync(args).ConfigureAwait(false);
