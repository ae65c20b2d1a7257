namespace PortableVirt.Corpus.Tests;

/// <summary>One collection: the programs run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class CorpusCollection : ICollectionFixture<CorpusFixture>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "corpus";
}
