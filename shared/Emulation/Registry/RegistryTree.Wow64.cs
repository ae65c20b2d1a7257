namespace PortableVirt.Emulation.Registry;

public sealed partial class RegistryTree
{
    private const string Wow64Name = "Wow6432Node";

    /// <summary>
    /// The 32-bit view of a key that is split ("Registry Keys Affected by WOW64", Windows documentation): HKLM\Software and
    /// Software\Classes\CLSID and the like have their 32-bit side below a subkey Wow6432Node.
    /// </summary>
    private KeyNode To32BitView(KeyNode node) =>
        node.Depth == 2 && node.Parent == Machine && node.Name.Equals("SOFTWARE", StringComparison.OrdinalIgnoreCase) && node.TryGetChild(Wow64Name, out KeyNode? view)
            ? view
            : node;
}
