using System.Text;
using PortableVirt.Analysis.Needs;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Output;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Verbs;

/// <summary>pvctl explain.</summary>
public sealed class ExplainVerb : Verb
{
    /// <inheritdoc/>
    public override string Name => "explain";

    /// <inheritdoc/>
    public override string Operands => "LIST [MODULE]";

    /// <inheritdoc/>
    public override string Summary => "Says what a list holds, or why a module is in it";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options => [Option.Json];

    /// <inheritdoc/>
    public override Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Operands.Count is 0 or > 2)
        {
            throw new UsageException("which list? pvctl analyse makes them");
        }
        NeedList list = Read(arguments.Operands[0]);
        bool json = arguments.Has(Option.Json.Name);
        if (arguments.Operands.Count == 1)
        {
            Console.Out.Write(json ? NeedListJson.Summary(list) : Summarize(list));
            return Task.FromResult(0);
        }
        string name = arguments.Operands[1].ToLowerInvariant();
        ModuleNeed? module = list.Modules.FirstOrDefault(m => m.Name == name);
        bool isUsed = list.Runs.Any(run => run.OfKind("module").Contains(name));
        if (json)
        {
            Console.Out.Write(NeedListJson.Module(list, name, module));
        }
        else if (module is null)
        {
            Console.Out.WriteLine(isUsed ? $"{name}: no import leads to it; the program loaded it while it ran" : $"{name} is not in the list");
            Console.Out.Write(isUsed ? string.Concat(list.Runs.Select(run => RunSummary.OfModule(run, name))) : "");
        }
        else
        {
            Console.Out.Write(Explain(list, module));
        }
        return Task.FromResult(module is null && !isUsed ? 1 : 0);
    }

    private static NeedList Read(string file)
    {
        try
        {
            return NeedListText.Read(File.ReadAllText(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new FailedException($"{file}: {e.Message}", ExitCodes.Failed);
        }
    }

    private static string Summarize(NeedList list)
    {
        StringBuilder text = new();
        Table table = new("program", list.Program);
        foreach ((string name, string value) in list.Facts)
        {
            table.Add(name, value);
        }
        text.Append(table).Append('\n');
        HashSet<string> seen = [.. list.Runs.SelectMany(run => run.OfKind("module"))];
        Table modules = new("module", "from", "bytes", "needed by", "seen in a run");
        foreach (ModuleNeed module in list.Modules)
        {
            modules.Add(
                module.Name, NeedListText.Word(module.Origin), module.Length.ToString(System.Globalization.CultureInfo.InvariantCulture),
                module.IsDelayed ? module.NeededBy + " (delayed)" : module.NeededBy, list.Runs.Count == 0 ? "-" : seen.Contains(module.Name) || module.NeededBy.Length == 0 ? "yes" : "no");
        }
        foreach (string extra in seen.Except(list.Modules.Select(m => m.Name)).Order(StringComparer.Ordinal))
        {
            modules.Add(extra, "loaded at run time", "", "", "yes");
        }
        text.Append(modules).Append('\n');
        foreach (RunRecord run in list.Runs)
        {
            text.Append(RunSummary.Of(list, run));
        }
        foreach (CodeGate gate in list.Gates.Where(g => g.IsConfirmed))
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"gate: {gate.Kind} at {gate.Module}+0x{gate.Rva:x}\n");
        }
        foreach (string missing in list.Missing)
        {
            text.Append($"missing: {missing}\n");
        }
        foreach (UnknownNeed unknown in list.Unknown)
        {
            text.Append($"only a run can tell: {unknown.Module} {unknown.What}\n");
        }
        return text.ToString();
    }

    private static string Explain(NeedList list, ModuleNeed module)
    {
        StringBuilder text = new();
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{module.Name}: {module.Length} bytes, {NeedListText.Word(module.Origin)}\n");
        Dictionary<string, ModuleNeed> byName = list.Modules.ToDictionary(m => m.Name, StringComparer.Ordinal);
        for (ModuleNeed at = module; at.NeededBy.Length != 0 && byName.TryGetValue(at.NeededBy, out ModuleNeed? by); at = by)
        {
            text.Append($"  needed by {by.Name}{(at.IsDelayed ? ", at the first call" : "")}\n");
        }
        foreach (FunctionNeed function in list.Functions.Where(f => f.Module == module.Name))
        {
            text.Append($"  {function.Importer}: {function.Function}{(function.Kind == BindingKind.Import ? "" : $" ({NeedListText.Word(function.Kind)})")}\n");
        }
        foreach (RunRecord run in list.Runs)
        {
            text.Append(RunSummary.OfModule(run, module.Name));
        }
        return text.ToString();
    }
}
