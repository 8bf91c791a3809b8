// Verifies a webhook as its receiver does: secret, id, timestamp, signature and body are the arguments.
import { Webhook } from "standardwebhooks";

const [secret, id, timestamp, signature, body] = process.argv.slice(2);
const headers = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature };
const webhook = new Webhook(secret);
const { type } = webhook.verify(body, headers);
let forgery = "taken";
try {
  webhook.verify(body.replace("CONFIRMED", "CANCELLED"), headers);
} catch {
  forgery = "refused";
}
console.log(`${type} verified, forgery ${forgery}`);
