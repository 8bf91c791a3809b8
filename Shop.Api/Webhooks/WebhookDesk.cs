using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Shop.Api.Admin;
using Shop.Contracts.Webhooks;
using Shop.Messaging.Hosting;

namespace Shop.Api.Webhooks;

/// <summary>Takes registrations. A secret is made up here, shown once, and goes on sealed.</summary>
internal sealed class WebhookDesk(IOptions<WebhookSettings> settings, CommandDesk commands)
{
    /// <summary>Standard Webhooks asks for 24 to 64.</summary>
    private const int SecretBytes = 32;

    public bool IsOpen => settings.Value.IsConfigured;

    public async Task<WebhookRegistered> Register(string owner, WebhookRequest webhook)
    {
        var id = Guid.CreateVersion7();
        var secret = "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));
        await commands.Accept(new RegisterWebhook
        {
            WebhookId = id,
            Owner = owner,
            Url = webhook.Url!,
            Description = webhook.Description,
            SealedSecret = new Seal(settings.Value.Key!).Close(secret, id),
        }, SubjectOf(id));
        return new WebhookRegistered(id, webhook.Url!, webhook.Description, secret, $"/webhooks/{id}");
    }

    public Task Remove(Guid id, string owner) =>
        commands.Accept(new RemoveWebhook { WebhookId = id, Owner = owner }, SubjectOf(id));

    private static string SubjectOf(Guid id) => $"webhook {id}";
}
