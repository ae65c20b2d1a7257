namespace PortableVirt.Emulation.Launch;

/// <summary>The point of a process's start at which a launch image is taken.</summary>
public enum LaunchPoint
{
    /// <summary>The entry of the first initialiser, kernelbase.dll's: no code of a library but ntdll.dll's has run.</summary>
    FirstInitialiser,

    /// <summary>The entry of the second, kernel32.dll's: kernelbase.dll has been initialised. Only where that was seen to come out alike whatever the start.</summary>
    SecondInitialiser,
}
