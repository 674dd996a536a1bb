using IntraMessenger.Node.Conferences;

namespace IntraMessenger.Node.Tests.Conferences;

public sealed class ConferencePolicyTests
{
    [Theory]
    [InlineData(0, 1_000)]
    [InlineData(1, 1)]
    [InlineData(100, 100)]
    [InlineData(5_000, 1_000)]
    public void Most_OfAnOption_IsNeverAboveTheBound(int maxMembers, int most) => ConferencePolicy.Most(maxMembers).ShouldBe(most);

    [Theory]
    [InlineData(2, 1, 3, true)]
    [InlineData(3, 1, 3, false)]
    [InlineData(5, 0, 3, true)] // nobody more: who is in it stays
    [InlineData(999, 1, 0, true)]
    [InlineData(1_000, 1, 0, false)]
    public void Fits_AroundTheLimit_CountsWhoIsInIt(int members, int newcomers, int maxMembers, bool fits) => ConferencePolicy.Fits(members, newcomers, maxMembers).ShouldBe(fits);

    [Theory]
    [InlineData(1, 2, nameof(RemovalVerdict.Allowed))] // the creator removes
    [InlineData(2, 2, nameof(RemovalVerdict.Allowed))]
    [InlineData(1, 1, nameof(RemovalVerdict.Allowed))]
    [InlineData(2, 3, nameof(RemovalVerdict.NotCreator))]
    [InlineData(2, 1, nameof(RemovalVerdict.NotCreator))]
    [InlineData(2, 9, nameof(RemovalVerdict.NotThere))]
    [InlineData(9, 2, nameof(RemovalVerdict.NotThere))]
    [InlineData(9, 9, nameof(RemovalVerdict.NotThere))]
    public void Removal_BySomebody_DependsOnWhoTheyAre(long me, long them, string verdict) =>
        ConferencePolicy.Removal(me, them, creator: 1, new HashSet<long> { 1, 2, 3 }).ToString().ShouldBe(verdict);

    [Fact]
    public void Removal_ByACreatorWhoLeft_IsNone() => ConferencePolicy.Removal(1, 2, creator: 1, new HashSet<long> { 2, 3 }).ShouldBe(RemovalVerdict.NotThere);

    [Fact]
    public void Newcomers_OfAList_AreThoseWhoAreNotInItOnceEach() => ConferencePolicy.Newcomers([4, 2, 4, 3], new HashSet<long> { 2 }).ShouldBe([4, 3]);
}
