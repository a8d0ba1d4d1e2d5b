/**
 * One client's connection: where its answers go, and what must be undone when it ends, however it ends. A clean close
 * detaches every link first; whatever is left here at the end belonged to a client that vanished.
 */
import type { AmqpMessage, SenderLink, Session } from './rhea.ts';

export class Client {
  readonly #replyLinks = new Map<string, SenderLink>();
  readonly #leftovers = new Map<SenderLink, () => void>();

  /** The client names the reply link in `reply_to` by link name or by target address, depending on the node. */
  addReplyLink(link: SenderLink, address: string | undefined): void {
    this.#replyLinks.set(link.name, link);
    if (address !== undefined) this.#replyLinks.set(address, link);
  }

  /** Answers a request; without a reply link nobody is waiting any more. */
  reply(request: AmqpMessage, properties: Readonly<Record<string, unknown>>, body: unknown = null): void {
    const link = this.#replyLinks.get(String(request.reply_to));
    if (!link?.is_open()) return;
    const answer = { correlation_id: request.message_id, application_properties: properties, body };
    // Nobody settles answers; unsettled ones would fill rhea's ring of deliveries.
    link.send(answer).settled = true;
  }

  /** `abandon` runs if the link's session or connection ends before `forget`. */
  onLost(link: SenderLink, abandon: () => void): void {
    this.#leftovers.set(link, abandon);
  }

  forget(link: SenderLink): void {
    this.#leftovers.delete(link);
  }

  sessionEnded(session: Session): void {
    for (const [link, abandon] of [...this.#leftovers])
      if (link.session === session) this.#abandon(link, abandon);
  }

  ended(): void {
    for (const [link, abandon] of [...this.#leftovers]) this.#abandon(link, abandon);
  }

  #abandon(link: SenderLink, abandon: () => void): void {
    this.#leftovers.delete(link);
    abandon();
  }
}
