using MassTransit;
using Microsoft.Extensions.Options;
using Shop.Contracts.Fulfillment;
using Shop.Contracts.Inventory;
using Shop.Contracts.Payments;
using Shop.Contracts.Returns;

namespace Shop.Sagas.Returns;

/// <summary>
/// When a return does what; what each step means stands in <see cref="ReturnBehaviors"/>. Once the goods are inspected, two
/// legs run side by side, each repeated by itself until it is answered: the goods into stock, the money to the customer.
/// </summary>
internal sealed class ReturnStateMachine : MassTransitStateMachine<Return>
{
    public ReturnStateMachine(IOptions<ReturnOptions> options)
    {
        var patience = options.Value;

        InstanceState(back => back.CurrentState);
        Event(() => Requested, requested => requested.CorrelateById(context => context.Message.ReturnId));
        Event(() => Claimed, claimed => claimed.CorrelateById(context => context.Message.ReturnId));
        Event(() => ClaimRejected, rejected => rejected.CorrelateById(context => context.Message.ReturnId));
        Event(() => LabelBooked, booked => booked.CorrelateById(context => context.Message.ReturnId));
        Event(() => Received, received => received.CorrelateById(context => context.Message.ReturnId));
        Event(() => Restocked, restocked => restocked.CorrelateById(context => context.Message.ReturnId));
        Event(() => RefundRetried, retried => retried.CorrelateById(context => context.Message.ReturnId));
        // Refunds that are no return's, and those that were refused before, are nobody's here.
        Event(() => Refunded, refunded =>
        {
            refunded.CorrelateBy((back, context) => back.RefundId == context.Message.RefundId);
            refunded.OnMissingInstance(missing => missing.Discard());
        });
        Event(() => RefundFailed, failed =>
        {
            failed.CorrelateBy((back, context) => back.RefundId == context.Message.RefundId);
            failed.OnMissingInstance(missing => missing.Discard());
        });
        Schedule(() => Deadline, back => back.DeadlineToken, deadline =>
            deadline.Received = passed => passed.CorrelateById(context => context.Message.ReturnId));

        Initially(
            When(Requested)
                .Open()
                .ClaimUnits()
                .AskAgainAfter(Deadline, patience)
                .TransitionTo(Claiming));

        During(Claiming,
            When(Claimed)
                .KeepClaim()
                .BookLabel()
                .AskAgainAfter(Deadline, patience)
                .TransitionTo(AwaitingLabel),
            When(ClaimRejected)
                .Unschedule(Deadline)
                .EndRejected(context => context.Message.Reason)
                .TransitionTo(Rejected),
            When(Deadline.Received)
                .ClaimUnits()
                .AskAgainAfter(Deadline, patience),
            Ignore(Requested),
            Ignore(Received));

        During(AwaitingLabel,
            When(LabelBooked)
                .KeepLabel()
                .ExpireAfter(Deadline, patience)
                .TransitionTo(LabelSent),
            When(Deadline.Received)
                .BookLabel()
                .AskAgainAfter(Deadline, patience));

        During(LabelSent,
            When(Deadline.Received)
                .EndExpired()
                .TransitionTo(Expired),
            Ignore(LabelBooked));

        // Goods that come late are here all the same.
        During(AwaitingLabel, LabelSent, Expired,
            When(Received)
                .Judge()
                .IfElse(context => context.Saga.RefundAmount > 0,
                    accepted => accepted
                        .RepeatLegs()
                        .AskAgainAfter(Deadline, patience)
                        .TransitionTo(Settling),
                    refused => refused
                        .Unschedule(Deadline)
                        .CloseRejected()
                        .TransitionTo(Rejected)),
            Ignore(Requested),
            Ignore(Claimed),
            Ignore(ClaimRejected));

        During(Settling,
            When(Refunded)
                .SettleMoney()
                .If(context => context.Saga.GoodsSettled, done => done.Unschedule(Deadline).TransitionTo(Completed)),
            When(RefundFailed)
                .KeepRefusal()
                .TransitionTo(RefundRefused),
            When(Restocked)
                .SettleGoods()
                .If(context => context.Saga.MoneySettled, done => done.Unschedule(Deadline).TransitionTo(Completed)),
            When(Deadline.Received)
                .RepeatLegs()
                .AskAgainAfter(Deadline, patience),
            Ignore(RefundRetried));

        During(RefundRefused,
            When(RefundRetried)
                .RefundAnew()
                .AskAgainAfter(Deadline, patience)
                .TransitionTo(Settling),
            When(Restocked)
                .SettleGoods(),
            When(Deadline.Received)
                .RepeatGoods()
                .If(context => !context.Saga.GoodsSettled, again => again.AskAgainAfter(Deadline, patience)),
            Ignore(Refunded),
            Ignore(RefundFailed));

        During(Settling, RefundRefused, Completed, Rejected,
            Ignore(Requested),
            Ignore(Claimed),
            Ignore(ClaimRejected),
            Ignore(LabelBooked),
            Ignore(Received));

        During(Completed, Rejected,
            Ignore(Restocked),
            Ignore(Refunded),
            Ignore(RefundFailed),
            Ignore(RefundRetried),
            Ignore(Deadline.Received));

        During(Claiming, AwaitingLabel, LabelSent, Expired,
            Ignore(Restocked),
            Ignore(Refunded),
            Ignore(RefundFailed),
            Ignore(RefundRetried));

        During(Claiming,
            Ignore(LabelBooked));

        During(Expired,
            Ignore(LabelBooked),
            Ignore(Deadline.Received));
    }

    public State Claiming { get; private set; } = null!;
    public State AwaitingLabel { get; private set; } = null!;
    public State LabelSent { get; private set; } = null!;
    public State Settling { get; private set; } = null!;
    public State RefundRefused { get; private set; } = null!;
    public State Completed { get; private set; } = null!;
    public State Rejected { get; private set; } = null!;
    public State Expired { get; private set; } = null!;

    public Event<RequestReturn> Requested { get; private set; } = null!;
    public Event<ReturnClaimed> Claimed { get; private set; } = null!;
    public Event<ReturnClaimRejected> ClaimRejected { get; private set; } = null!;
    public Event<ReturnLabelBooked> LabelBooked { get; private set; } = null!;
    public Event<ReceiveReturn> Received { get; private set; } = null!;
    public Event<ReturnRestocked> Restocked { get; private set; } = null!;
    public Event<PaymentRefunded> Refunded { get; private set; } = null!;
    public Event<PaymentRefundFailed> RefundFailed { get; private set; } = null!;
    public Event<RetryRefund> RefundRetried { get; private set; } = null!;
    public Schedule<Return, ReturnDeadlinePassed> Deadline { get; private set; } = null!;
}
