// Browses, fills a cart, checks out and follows the order to CONFIRMED, with nothing but the generated types.
// Usage: node out/buy.js http://127.0.0.1:8080
import { randomUUID } from 'node:crypto';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import createClient, { type Middleware } from 'openapi-fetch';
import type { paths } from './schema.js';

const address = process.argv[2];
if (!address) throw new Error('The address of the API is missing.');

const shop = createClient<paths>({ baseUrl: address });
shop.use(rememberCookies());

const listed = answered(await shop.GET('/products', { params: { query: { limit: 20 } } }));
const card = listed.items.find((item) => item.availability === 'IN_STOCK');
if (!card) throw new Error('Nothing of the first page is in stock.');

const product = answered(await shop.GET('/products/{sku}', { params: { path: { sku: card.sku } } }));
const cart = answered(await shop.POST('/cart/items', { body: { sku: product.sku, quantity: 2 } }));
check(cart.lines.length === 1 && cart.subtotal.amount === 2 * product.price.amount, 'the cart holds two of it');

const accepted = answered(await shop.POST('/checkout', {
  params: { header: { 'Idempotency-Key': randomUUID() } },
  body: {
    email: 'ada@example.org',
    shippingAddress: {
      name: 'Ada Example', line1: '1 Sample Street', line2: null, city: 'Springfield', region: 'IL',
      postalCode: '62701', country: 'US',
    },
    shippingMethod: 'STANDARD',
    paymentMethod: 'pm_card_visa',
  },
}));

const told = await follow(accepted.orderId, 'CONFIRMED');
check(told.join(' ') === 'RECEIVED PENDING_PAYMENT CONFIRMED', `the events tell its life, not ${told.join(' ')}`);

const order = answered(await shop.GET('/orders/{id}', { params: { path: { id: accepted.orderId } } }));
check(order.history.map((step) => step.status).join() === told.join(), 'the poll tells what the events told');
check(order.total.amount === accepted.total.amount, 'it costs what was accepted');
console.log(`${order.id} ${order.status}`);

async function follow(id: string, last: string): Promise<string[]> {
  const events = await shop.GET('/orders/{id}/events', {
    params: { path: { id } }, parseAs: 'stream', signal: AbortSignal.timeout(30_000),
  });
  check(events.response.ok && events.data, 'the order has events');
  const statuses: string[] = [];
  const stream = (events.data as ReadableStream<Uint8Array>)
    .pipeThrough(new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>)
    .pipeThrough(new EventSourceParserStream());
  for await (const event of stream) {
    check(event.event === 'status' && Number(event.id) === statuses.length + 1, 'events are numbered without a gap');
    statuses.push(JSON.parse(event.data).status);
    if (statuses.at(-1) === last) break;
  }
  return statuses;
}

function answered<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data === undefined)
    throw new Error(`${answer.response.url} answered ${answer.response.status}: ${JSON.stringify(answer.error)}`);
  return answer.data;
}

function check(holds: unknown, what: string): asserts holds {
  if (!holds) throw new Error(`It does not hold that ${what}.`);
}

function rememberCookies(): Middleware {
  const jar = new Map<string, string>();
  return {
    onRequest({ request }) {
      if (jar.size > 0) request.headers.set('cookie', [...jar].map((pair) => pair.join('=')).join('; '));
    },
    onResponse({ response }) {
      for (const cookie of response.headers.getSetCookie()) {
        const [pair = ''] = cookie.split(';');
        jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
      }
    },
  };
}
