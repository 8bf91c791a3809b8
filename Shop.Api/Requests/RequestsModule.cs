using Shop.Messaging;

namespace Shop.Api.Requests;

internal static class RequestsModule
{
    public static void Requests(this ShopBus bus)
    {
        bus.Context<RequestsDbContext>("Requests", _ => { });
        bus.Job<ForgetRequestsJob>(TimeSpan.FromMinutes(10));
        bus.Job<AuditRequestsJob>(TimeSpan.FromMinutes(1));
    }
}
