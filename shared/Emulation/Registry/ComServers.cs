using PortableVirt.Emulation.SystemInfo;

namespace PortableVirt.Emulation.Registry;

/// <summary>Registers the in-process COM servers that com-servers.txt lists, as regsvr32 does: CLSID\{class}\InprocServer32, and the program ids.</summary>
internal static class ComServers
{
    private const string File = "com-servers.txt";

    /// <summary>Fills HKEY_LOCAL_MACHINE\SOFTWARE\Classes. The caller holds the tree's lock.</summary>
    public static void Register(RegistryTree tree, KeyNode classes, string systemRoot)
    {
        string path = "";
        string model = "";
        foreach (string line in EmbeddedText.Read(File).Split('\n'))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || line[0] == '#')
            {
                continue;
            }
            if (line[0] != ' ')
            {
                path = $@"{systemRoot}\system32\{words[0]}";
                model = words[1];
                continue;
            }
            Register(tree, classes, words, path, model);
        }
    }

    private static void Register(RegistryTree tree, KeyNode classes, string[] words, string path, string model)
    {
        string id = words[0];
        KeyNode key = tree.Ensure(classes, $@"CLSID\{id}");
        KeyNode server = tree.Ensure(key, "InprocServer32");
        SetText(server, "", path);
        SetText(server, "ThreadingModel", model);
        for (int i = 1; i < words.Length; i++)
        {
            SetText(tree.Ensure(classes, $@"{words[i]}\CLSID"), "", id);
        }
        if (words.Length > 1)
        {
            SetText(tree.Ensure(key, "ProgId"), "", words[1]);
        }
    }

    private static void SetText(KeyNode key, string name, string text) => key.SetValue(name, RegistryValueType.String, KeyValue.Encode(text));
}
