import type { ServiceEvent } from '@aws-sdk/client-ecs';

/** Tells each event of a service once, the oldest first. */
export class ServiceEvents {
  private readonly known = new Set<string>();
  private first = true;

  /**
   * What is new since the last look.
   * @param events newest first, as ECS tells them.
   * @param creating whether the service is being created: then the first look's events belong to this deploy, too.
   */
  since(events: ServiceEvent[], creating: boolean): string[] {
    const unknown = [...events].reverse().filter(({ id }) => !this.known.has(id!));
    for (const { id } of unknown) this.known.add(id!);
    const told = !this.first || creating;
    this.first = false;
    return told ? unknown.map(({ message }) => shorten(message!)) : [];
  }
}

/** Leaves out the service, which is told anyway, and all but the names of target groups. */
const shorten = (message: string): string =>
  message.replace(/^\(service [^)]*\) /, '').replace(/arn:[^)\s]*:targetgroup\/([^/)]+)\/\w+/g, '$1');
