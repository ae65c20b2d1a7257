using PortableVirt.Appliance.Format;
using PortableVirt.Appliance.Trust;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Output;
using PortableVirt.Cli.Packages;
using PortableVirt.Desktop.Files;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl trust.</summary>
public sealed class TrustVerb : Verb
{
    /// <inheritdoc/>
    public override string Name => "trust";

    /// <inheritdoc/>
    public override string Operands => "list | add NAME KEY.pem|APP | remove NAME | create KEY.pem | policy [unsigned|unknown VALUE]";

    /// <inheritdoc/>
    public override string Summary => "Shows and changes whose signed packages are trusted";

    /// <inheritdoc/>
    public override int FailureCode => ExitCodes.Failed;

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options => [Option.Json];

    /// <inheritdoc/>
    public override string Notes => """
        add takes a public key (PEM, curve P-256) or the key of a signed package. create makes a private key for "pvctl pack --sign". A package whose
        signature is wrong never runs. "policy unsigned deny" runs signed packages alone; "policy unknown allow|report|deny" says what becomes of packages
        that are signed with a key that is not listed. The store is ~/.config/portablevirt/trust; the computer's own, /etc/portablevirt/trust, holds too,
        and the stricter setting wins.
        """;

    /// <inheritdoc/>
    public override Task<int> RunAsync(Arguments arguments)
    {
        Run([.. arguments.Operands], arguments.Has("--json"));
        return Task.FromResult(0);
    }

    private static void Run(string[] words, bool json)
    {
        switch (words)
        {
            case ["list"]:
                break;
            case ["add", var name, var file]:
                Add(name, file);
                break;
            case ["remove", var name]:
                Remove(name);
                break;
            case ["create", var file]:
                byte[] key = PackageSigner.Create(file);
                (json ? Console.Error : Console.Out).Write(PublicKeyText.Write(key));
                Console.Error.WriteLine($"{file}: private key for \"pvctl pack --sign\", fingerprint {PublicKeyText.Fingerprint(key)}; above is its public key");
                break;
            case ["policy"]:
                break;
            case ["policy", var setting, var value] when TrustStore.IsSetting(setting, value):
                Set(setting, value);
                break;
            default:
                throw new UsageException("what is to be done with the trust store?");
        }
        TrustStore store = UserTrust.Load();
        if (json)
        {
            Console.Out.Write(ToJson(store));
        }
        else if (words is ["list"])
        {
            Console.Out.Write(ToText(store));
        }
        else if (words is ["policy"])
        {
            Console.Out.Write($"{TrustStore.Unsigned} {store[TrustStore.Unsigned]}\n{TrustStore.Unknown} {store[TrustStore.Unknown]}\n");
        }
    }

    private static string ToText(TrustStore store)
    {
        Table table = new("NAME", "FINGERPRINT", "FILE");
        foreach (TrustedKey key in store.Keys)
        {
            table.Add(key.Name, PublicKeyText.Fingerprint(key.Key.Span), key.File);
        }
        return table.ToString();
    }

    private static string ToJson(TrustStore store) => Json.Document(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("unsigned", store[TrustStore.Unsigned]);
        writer.WriteString("unknown", store[TrustStore.Unknown]);
        writer.WriteStartArray("keys");
        foreach (TrustedKey key in store.Keys)
        {
            writer.WriteStartObject();
            writer.WriteString("name", key.Name);
            writer.WriteString("fingerprint", PublicKeyText.Fingerprint(key.Key.Span));
            writer.WriteString("file", key.File);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static void Add(string name, string file)
    {
        RequireName(name);
        byte[] key;
        using (PackageReader? reader = PackageReader.TryOpen(file))
        {
            if (reader is not null && reader.Signature is null)
            {
                throw new PackageException($"{file} is a package without a signature");
            }
            if (reader?.Signature is { } signature && !signature.Verifies(reader.ManifestText.Span))
            {
                throw new PackageException($"{file}: the package's signature is wrong: its key is not taken");
            }
            key = reader?.Signature is { } good ? good.Key.ToArray() : PublicKeyText.Read(File.ReadAllText(file), file);
        }
        string folder = Folder();
        Directory.CreateDirectory(folder, UserFolders.OwnerOnly);
        WholeFile.Write(TrustStore.FileOf(folder, name), PublicKeyText.Write(key));
        Console.Error.WriteLine($"packages signed with the key {PublicKeyText.Fingerprint(key)} are trusted as {name}'s");
    }

    private static void Remove(string name)
    {
        RequireName(name);
        string file = TrustStore.FileOf(Folder(), name);
        if (!File.Exists(file))
        {
            throw new PackageException($"there is no {file}; \"pvctl trust list\" shows the keys");
        }
        File.Delete(file);
    }

    private static void Set(string setting, string value)
    {
        string folder = Folder();
        Directory.CreateDirectory(folder, UserFolders.OwnerOnly);
        string policy = TrustStore.PolicyOf(folder);
        string[] others = File.Exists(policy) ? [.. File.ReadAllLines(policy).Where(line => !line.TrimStart().StartsWith(setting + " ", StringComparison.Ordinal))] : [];
        WholeFile.Write(policy, string.Concat(others.Append($"{setting} {value}").Select(line => line + "\n")));
    }

    private static void RequireName(string name)
    {
        if (name.Length is 0 or > 64 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '@') || name[0] == '.')
        {
            throw new UsageException($"a key's name has letters, digits, '-', '_', '.' and '@', not \"{name}\"");
        }
    }

    private static string Folder() => UserTrust.Folder ?? throw new PackageException("there is no place for a trust store: HOME is not set");
}
