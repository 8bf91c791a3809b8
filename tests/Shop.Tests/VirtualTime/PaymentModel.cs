using Shop.Contracts;
using Shop.Contracts.Payments;

namespace Shop.Tests.VirtualTime;

internal enum Charge
{
    None,
    Held,
    Declined,
    Cancelled,
    Captured,
}

/// <summary>
/// Payments and their provider. The provider charges once a key, and may be silent after it has charged; our row follows
/// what it says, and keeps the wish for a void until it has been heard.
/// </summary>
internal sealed class PaymentModel
{
    private readonly VirtualShop _shop;
    private readonly Dictionary<Guid, Row> _rows = [];
    private readonly Dictionary<Guid, bool> _refunds = [];
    private readonly List<(TimeSpan From, TimeSpan To)> _silences = [];

    public PaymentModel(VirtualShop shop)
    {
        _shop = shop;
        for (var silences = shop.Luck.Next(3); silences > 0; silences--)
        {
            var from = shop.Luck.Within(TimeSpan.FromMinutes(5));
            _silences.Add((from, from + shop.Luck.Within(shop.Luck.OneIn(2) ? TimeSpan.FromMinutes(1) : TimeSpan.FromHours(1))));
        }

        shop.On<AuthorizePayment>(Authorize);
        shop.On<ResolvePayment>(command => Resolve(command.OrderId));
        shop.On<VoidPayment>(Void);
        shop.On<RefundPayment>(Refund);
    }

    private bool IsSilent => _silences.Any(silence => silence.From <= _shop.Now && _shop.Now < silence.To);

    public Charge Of(Guid order) => _rows.TryGetValue(order, out var row) ? row.Charge : Charge.None;

    /// <summary>How often the provider has charged, and how much it has given back, in minor units.</summary>
    public (int Charges, long Captured, long Refunded) Figures(Guid order) =>
        _rows.TryGetValue(order, out var row) ? (row.Charges, row.Charge == Charge.Captured ? row.Amount : 0, row.Refunded) : default;

    public bool HasAuthorized(Guid order) => _rows.TryGetValue(order, out var row) && row.WasAuthorized;

    /// <summary>Takes the money for a parcel that is about to leave.</summary>
    public bool Capture(Guid order)
    {
        if (!_rows.TryGetValue(order, out var row) || row is not { State: State.Authorized, Charge: Charge.Held }) return false;
        (row.State, row.Charge) = (State.Captured, Charge.Captured);
        return true;
    }

    private void Authorize(AuthorizePayment command)
    {
        var order = command.OrderId;
        if (!_rows.TryGetValue(order, out var row))
        {
            _rows[order] = row = new Row { State = State.Authorizing, Amount = command.Amount.Amount };
            // Some are cancelled at the provider's, by people or by the bank, whenever that may be.
            if (_shop.Luck.OneIn(25)) _shop.After(_shop.Luck.Within(TimeSpan.FromMinutes(20)), () => CancelledThere(order, row));
        }
        else if (_shop.Flaw == Flaw.ChargesAgain && row.Charge == Charge.Held)
        {
            row.Charges++;
        }

        if (row.State == State.Authorizing) Ask(order, row);
        else Answer(order, row);
    }

    private void Resolve(Guid order)
    {
        if (!_rows.TryGetValue(order, out var row)) return;
        if (row.State == State.Authorizing) Ask(order, row);
        else Answer(order, row);
    }

    /// <summary>The provider's one call, by the order's key: the first that arrives decides.</summary>
    private void Ask(Guid order, Row row)
    {
        var isSilent = IsSilent || _shop.Luck.OneIn(20);
        if (!isSilent || _shop.Luck.OneIn(2))
        {
            if (row.Charge == Charge.None)
            {
                row.Charge = _shop.Luck.OneIn(6) ? Charge.Declined : Charge.Held;
                if (row.Charge == Charge.Held) row.Charges++;
                // Its webhook may come where its answer does not.
                if (isSilent && _shop.Luck.OneIn(2))
                    _shop.After(_shop.Luck.Within(TimeSpan.FromMinutes(3)), () => Resolve(order));
            }
        }

        if (isSilent) return;
        if (row.Charge == Charge.Held)
        {
            (row.State, row.WasAuthorized) = (State.Authorized, true);
            if (row.VoidWanted) VoidThere(order, row);
            else Answer(order, row);
        }
        else
        {
            row.State = row.Charge == Charge.Declined ? State.Declined : State.Voided;
            Answer(order, row);
        }
    }

    private void Void(VoidPayment command)
    {
        var order = command.OrderId;
        if (!_rows.TryGetValue(order, out var row)) _rows[order] = row = new Row { State = State.Voided };
        if (row.State == State.Captured) return;
        row.VoidWanted = true;
        if (row.State == State.Authorizing) Ask(order, row);
        else if (row.State == State.Authorized) VoidThere(order, row);
        else Answer(order, row);
        if (row.State is State.Authorizing or State.Authorized) AskAgain(order, row);
    }

    private void AskAgain(Guid order, Row row)
    {
        if (row.IsAsking) return;
        row.IsAsking = true;
        _shop.After(TimeSpan.FromSeconds(30), () =>
        {
            row.IsAsking = false;
            if (row.State is State.Authorizing or State.Authorized)
                _shop.Tell(new VoidPayment { OrderId = order, Reason = "again" });
        });
    }

    private void VoidThere(Guid order, Row row)
    {
        var isSilent = IsSilent;
        if (!isSilent || _shop.Luck.OneIn(2)) row.Charge = Charge.Cancelled;
        if (isSilent)
        {
            AskAgain(order, row);
            return;
        }

        row.State = State.Voided;
        Answer(order, row);
    }

    private void CancelledThere(Guid order, Row row)
    {
        if (row.Charge != Charge.Held) return;
        row.Charge = Charge.Cancelled;
        _shop.After(_shop.Luck.Within(TimeSpan.FromMinutes(1)), () =>
        {
            if (row.State != State.Authorized) return;
            row.State = State.Voided;
            Answer(order, row);
        });
    }

    private void Refund(RefundPayment command)
    {
        var row = _rows.GetValueOrDefault(command.OrderId);
        if (!_refunds.TryGetValue(command.RefundId, out var given) || (given && _shop.Flaw == Flaw.RefundsAgain))
        {
            given = row is { Charge: Charge.Captured }
                && (row.Refunded + command.Amount.Amount <= row.Amount || _shop.Flaw == Flaw.RefundsAgain)
                && !_shop.Luck.OneIn(8);
            if (given) row!.Refunded += command.Amount.Amount;
            _refunds[command.RefundId] = given;
        }

        _shop.Tell(given
            ? new PaymentRefunded { OrderId = command.OrderId, RefundId = command.RefundId, Amount = command.Amount }
            : new PaymentRefundFailed { OrderId = command.OrderId, RefundId = command.RefundId, Reason = "refused" });
    }

    private void Answer(Guid order, Row row)
    {
        object? answer = row.State switch
        {
            State.Authorized or State.Captured => new PaymentAuthorized
            {
                OrderId = order, ProviderReference = "pi_1", Amount = new Money(row.Amount, "USD"),
            },
            State.Declined when !row.VoidWanted => new PaymentDeclined { OrderId = order, Code = "no", Detail = "No." },
            State.Declined or State.Voided => new PaymentVoided { OrderId = order },
            _ => null,
        };
        if (answer is not null) _shop.Tell(answer);
    }

    private enum State
    {
        Authorizing,
        Authorized,
        Declined,
        Voided,
        Captured,
    }

    private sealed class Row
    {
        public State State { get; set; }
        public Charge Charge { get; set; }
        public long Amount { get; init; }
        public long Refunded { get; set; }
        public int Charges { get; set; }
        public bool WasAuthorized { get; set; }
        public bool VoidWanted { get; set; }
        public bool IsAsking { get; set; }
    }
}
