//! The text form of models: what is written is read back as it was.

use proptest::prelude::*;
use racelint::explore::model::{Check, Effect, Flow, How, Instr, LockDef, Mode, Model, Op, PlaceDef, Site, Val, World};
use racelint::explore::text::{parse, print};

const REGISTERS: u32 = 5;
const LENGTH: u32 = 8;

fn val() -> impl Strategy<Value = Val> {
    let leaf = prop_oneof![
        Just(Val::Absent),
        any::<bool>().prop_map(Val::Bool),
        (0u32..9).prop_map(Val::Const),
        (0..REGISTERS).prop_map(Val::Reg),
        any::<bool>().prop_map(|identity| Val::Fresh { identity }),
        (0..REGISTERS, -9i64..9).prop_map(|(r, k)| Val::Plus(r, k)),
        (0i64..9000).prop_map(Val::Instant),
        Just(Val::Unknown),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        let of = (prop::collection::vec(inner.clone(), 0..3), any::<bool>());
        prop_oneof![of.prop_map(|(of, varies)| Val::Term { of, varies }), inner.prop_map(|v| Val::Made(Box::new(v))),]
    })
}

fn check() -> impl Strategy<Value = Check> {
    let leaf = prop_oneof![
        val().prop_map(Check::Truthy),
        val().prop_map(Check::Absent),
        (val(), val()).prop_map(|(a, b)| Check::Equals(a, b)),
        (val(), val()).prop_map(|(a, b)| Check::Less(a, b)),
        (prop::collection::vec(val(), 0..3), any::<bool>())
            .prop_map(|(of, validates)| Check::Unknown { of, validates }),
    ];
    leaf.prop_recursive(2, 3, 1, |inner| inner.prop_map(|c| Check::Not(Box::new(c))))
}

fn mode() -> impl Strategy<Value = Mode> {
    prop_oneof![Just(Mode::Exclusive), Just(Mode::Shared)]
}

fn on_places() -> impl Strategy<Value = Op> {
    let how = prop_oneof![Just(How::Set), Just(How::Insert), Just(How::Remove), Just(How::Clear)];
    let place = 0u32..2;
    let into = 0..REGISTERS;
    prop_oneof![
        (place.clone(), into.clone()).prop_map(|(place, into)| Op::Read { place, into }),
        (place.clone(), how, val(), prop::collection::vec(0..REGISTERS, 0..3))
            .prop_map(|(place, how, value, accounts)| Op::Write { place, how, value, accounts }),
        (place.clone(), val(), prop::option::of(into.clone())).prop_map(|(place, value, into)| Op::Update {
            place,
            value,
            into
        }),
        (place.clone(), val(), into.clone(), any::<bool>()).prop_map(|(place, value, into, or_fail)| Op::Create {
            place,
            value,
            into,
            or_fail
        }),
        (place.clone(), val(), val(), into).prop_map(|(place, expected, value, into)| Op::Exchange {
            place,
            expected,
            value,
            into
        }),
        place.prop_map(|place| Op::Havoc { place }),
    ]
}

fn waits() -> impl Strategy<Value = Op> {
    let into = 0..REGISTERS;
    let to = 0..LENGTH;
    prop_oneof![
        (to.clone(), prop::option::of(val()), into.clone()).prop_map(|(entry, after, into)| Op::Start {
            entry,
            after,
            into
        }),
        (val(), into.clone()).prop_map(|(on, into)| Op::Join { on, into }),
        into.clone().prop_map(|into| Op::Promise { into }),
        (val(), val()).prop_map(|(promise, value)| Op::Settle { promise, value }),
        (0u32..2, mode(), prop::option::of(into)).prop_map(|(lock, mode, tried)| Op::Lock { lock, mode, tried }),
        (0u32..2).prop_map(|lock| Op::Unlock { lock }),
        (0u32..2, 0u32..2).prop_map(|(cond, lock)| Op::Wait { cond, lock }),
        (0u32..2).prop_map(|cond| Op::Notify { cond }),
        to.clone().prop_map(Op::Jump),
        (check(), to).prop_map(|(test, to)| Op::Branch { test, to }),
    ]
}

fn plain() -> impl Strategy<Value = Op> {
    let class =
        prop_oneof![Just(Effect::Repeatable), Just(Effect::Adding), Just(Effect::Opening), Just(Effect::Unknown)];
    let into = 0..REGISTERS;
    let args = || prop::collection::vec(val(), 0..3);
    prop_oneof![
        (class, args(), into.clone()).prop_map(|(class, args, into)| Op::Act { class, args, into }),
        into.clone().prop_map(|into| Op::Open { into }),
        val().prop_map(|of| Op::Use { of }),
        (val(), any::<bool>()).prop_map(|(of, idempotent)| Op::Close { of, idempotent }),
        (args(), into.clone()).prop_map(|(args, into)| Op::Pause { args, into }),
        Just(Op::Begin),
        Just(Op::Commit),
        Just(Op::Rollback),
        Just(Op::AtomicBegin),
        Just(Op::AtomicEnd),
        (into, val()).prop_map(|(into, value)| Op::Let { into, value }),
        val().prop_map(|value| Op::Return { value }),
        Just(Op::Fail),
    ]
}

fn instr() -> impl Strategy<Value = Instr> {
    let op = prop_oneof![on_places(), waits(), plain()];
    (op, 0u32..1000, prop::option::of(0..LENGTH), any::<bool>()).prop_map(|(op, site, on_error, may_fail)| Instr {
        op,
        site: Site(site),
        on_error,
        may_fail,
    })
}

fn place(name: &'static str) -> impl Strategy<Value = PlaceDef> {
    let initial = prop_oneof![Just(Val::Absent), Just(Val::Bool(false)), Just(Val::Const(3)), Just(Val::Unknown)];
    (any::<bool>(), initial, any::<bool>(), any::<bool>()).prop_map(move |(outside, initial, resource, own)| PlaceDef {
        name: name.to_string(),
        outside,
        initial,
        resource,
        own,
    })
}

fn lock(name: &'static str) -> impl Strategy<Value = LockDef> {
    (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(move |(reentrant, writer, is_async)| LockDef {
        name: name.to_string(),
        reentrant,
        writer,
        is_async,
    })
}

fn flow(name: &'static str) -> impl Strategy<Value = Flow> {
    let code = prop::collection::vec(instr(), LENGTH as usize);
    (code, prop::collection::vec((0u32..2, mode()), 0..2)).prop_map(move |(code, holds)| Flow {
        name: name.to_string(),
        code,
        registers: REGISTERS,
        holds,
    })
}

fn model() -> impl Strategy<Value = Model> {
    let world = prop_oneof![Just(World::Tasks), Just(World::Threads), Just(World::Processes)];
    let ends = (any::<bool>(), any::<bool>(), any::<bool>());
    (world, place("busy"), place("row.key"), lock("m"), lock("n"), flow("first"), flow("then"), ends).prop_map(
        |(world, p, q, m, n, first, then, (pair, order, releaser))| Model {
            world,
            places: vec![p, q],
            locks: vec![m, n],
            pairs: pair.then_some((0, 1)).into_iter().collect(),
            flows: vec![first, then],
            order: order.then_some((0, 1)).into_iter().collect(),
            releasers: releaser.then_some((1, 0)).into_iter().collect(),
        },
    )
}

proptest! {
    #[test]
    fn a_model_reads_back_as_it_was_written(model in model()) {
        let text = print(&model);
        let back = parse(&text).map_err(|e| TestCaseError::fail(format!("{e}\n{text}")))?;
        prop_assert_eq!(format!("{:#?}", model), format!("{:#?}", back), "{}", text);
    }
}
