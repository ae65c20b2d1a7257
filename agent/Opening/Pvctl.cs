namespace PortableVirt.Agent.Opening;

/// <summary>The pvctl that this agent belongs to.</summary>
internal static class Pvctl
{
    private const string Name = "pvctl";

    /// <summary>Full path: beside the agent, else in the folders of programs.</summary>
    /// <exception cref="FileNotFoundException">It is not installed.</exception>
    public static string Path { get; } =
        ((string[])[AppContext.BaseDirectory, "/usr/local/bin", "/usr/bin"]).Select(folder => System.IO.Path.Combine(folder, Name)).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"{Name} is neither beside the agent ({AppContext.BaseDirectory}) nor in /usr/bin: install PortableVirt again");
}
