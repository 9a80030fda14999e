//! The parts of the definitions that took thought, each of which can be left out: for the tests that show what it is for.

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Definitions {
    /// A stale check needs harm: something done since the test, or another value written.
    pub harm: bool,
    /// What one run made and both keep is no second one.
    pub shared: bool,
    /// A run's own write takes the place of the test before it.
    pub claims: bool,
    /// A test is stale only if it would come out otherwise now.
    pub reevaluation: bool,
    /// Of several tests on a place the last one counts.
    pub newest: bool,
    /// A test no longer counts where its arms have met again.
    pub joins: bool,
    /// What the runs also do one after the other is no race.
    pub baseline: bool,
    /// Some findings need an outcome that no serial order gives.
    pub outcome: bool,
    /// A run that was refused may count as absent.
    pub refused: bool,
    /// Writing back an equal copy loses nothing.
    pub copies: bool,
    /// Of two computed values nobody can say that they are equal enough to lose nothing.
    pub computed: bool,
    /// An answer that merges with the current value is not out of order.
    pub merges: bool,
    /// A comparison with an earlier look at the same place tells two versions apart.
    pub looks: bool,
    /// A pair is mixed only if the values differ.
    pub mixture: bool,
    /// The handlers of errors are tried beside other runs.
    pub errors: bool,
    /// An act reads every place on which its verdict rests.
    pub rests: bool,
}

impl Default for Definitions {
    fn default() -> Definitions {
        Definitions {
            harm: true,
            shared: true,
            claims: true,
            reevaluation: true,
            newest: true,
            joins: true,
            baseline: true,
            outcome: true,
            refused: true,
            copies: true,
            computed: true,
            merges: true,
            looks: true,
            mixture: true,
            errors: true,
            rests: true,
        }
    }
}
