namespace PortableVirt.Guest.Tests;

/// <summary>One collection: guest programs run one after the other, with one Wine prefix.</summary>
[CollectionDefinition(Name)]
public sealed class GuestCollection : ICollectionFixture<GuestFixture>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "guest programs";
}
