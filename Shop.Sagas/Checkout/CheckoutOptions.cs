using System.ComponentModel.DataAnnotations;

namespace Shop.Sagas.Checkout;

/// <summary>How long each step of a checkout may take. Section <c>Checkout</c>.</summary>
internal sealed record CheckoutOptions
{
    /// <summary>Until stock must be reserved or rejected; then the order expires.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ReservationTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Until the payment must be authorised or declined; then the provider is asked what became of it.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan PaymentTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Between questions to a provider that does not answer; doubled each time, up to two minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan ResolveInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long stock is held for an order that is not paid. Its end also ends the waiting for the provider.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "1.00:00:00")]
    public TimeSpan HoldFor { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Between questions whether fulfilment can still be stopped, for an order that is to be cancelled.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan StopInterval { get; set; } = TimeSpan.FromMinutes(1);
}
