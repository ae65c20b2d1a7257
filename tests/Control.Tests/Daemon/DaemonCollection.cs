namespace PortableVirt.Control.Tests.Daemon;

/// <summary>Tests with the real daemon and real VMs, one after another.</summary>
[CollectionDefinition("daemon", DisableParallelization = true)]
public sealed class DaemonCollection;
