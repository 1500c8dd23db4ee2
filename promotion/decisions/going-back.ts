import type { Evidence } from '../../declarations/evidence';

/** Where to go back to, or why not. */
export type GoingBack = { target: Evidence; from: Evidence } | { refused: string };

/**
 * Chooses the release to go back to: the newest that was promoted before the present one, that nobody has gone back from since, and that runs
 * something else than what serves now.
 * @param promoted the stage's promotions, newest first
 * @param services names of the services that the system has now
 * @param serving the revision that serves, by the service's name
 */
export function whereTo(promoted: Evidence[], services: string[], serving: Map<string, string | undefined>): GoingBack {
  const [from, ...earlier] = promoted;
  if (!from) return { refused: 'Nothing was promoted here yet, so there is nothing to go back to.' };
  const executions = promoted.flatMap(({ rollback }) => rollback?.from ?? []);
  // Whichever execution promoted them: what was left once is not gone back to.
  const left = promoted.filter((one) => executions.includes(one.execution)).map(revisionsOf);
  const good = earlier.filter((one) => !left.includes(revisionsOf(one)) && changes(one, serving).length > 0);
  const [target] = good;
  if (!target) {
    return {
      refused: `No good release was promoted before ${told(from)} that runs anything else than what serves now.`,
    };
  }
  const missing = services.filter((name) => !target.services.some((s) => s.name === name));
  if (missing.length) {
    return { refused: `The good release before, ${told(target)}, has no ${missing.join(', ')}: go forward instead.` };
  }
  return { target, from };
}

/** A service that goes back, from one revision to another. */
export interface Change {
  service: string;
  from: string | undefined;
  to: string;
}

/** What going to a release would change. */
export const changes = ({ services }: Evidence, serving: Map<string, string | undefined>): Change[] =>
  services
    .map(({ name, taskDefinition }) => ({ service: name, from: serving.get(name), to: taskDefinition }))
    .filter(({ from, to }) => from !== to);

/** What is known of the release that shall serve again. */
export interface Possible {
  /** 'ACTIVE' and so on, by the revision; undefined where ECS knows none. */
  revisions: Map<string, string | undefined>;
  /** Digest that the registry has under the release's tag, by the service's name; undefined where it has none. */
  images: Map<string, string | undefined>;
  /** Deployments in flight, by the service's name. */
  inFlight: Map<string, string>;
}

/** Why a release cannot serve again, one sentence each; none where it can. */
export function obstacles({ services }: Evidence, { revisions, images, inFlight }: Possible): string[] {
  const under = [...inFlight].map(
    ([service, id]) => `${service}: deployment ${id} is in flight. Let it end, or stop it with promotion.js stop.`,
  );
  return [...under, ...services.flatMap((service) => [...ofRevision(service), ...ofImage(service)])];

  function ofRevision({ name, taskDefinition }: Evidence['services'][number]): string[] {
    const status = revisions.get(taskDefinition);
    return status === 'ACTIVE'
      ? []
      : [`${name}: revision ${taskDefinition} is ${status ?? 'gone'}: nothing new runs it.`];
  }
  function ofImage({ name, tag, digest }: Evidence['services'][number]): string[] {
    const found = images.get(name);
    if (!found) return [`${name}: the registry has no image ${tag} any more.`];
    return digest && found !== digest ? [`${name}: the image ${tag} is ${found}, and the release ran ${digest}.`] : [];
  }
}

const revisionsOf = ({ services }: Evidence): string =>
  services
    .map((s) => s.taskDefinition)
    .sort()
    .join();
const told = ({ commit, execution }: Evidence) => `commit ${commit} (execution ${execution})`;
