/** Images that each repository keeps. */
export const keptImages = 10;

/** Begins the tags that images have, beside their content hash, while an environment runs them. The registry expires no such image. */
export const runningPrefix = 'running-';

/** Begins those of one environment. */
export const runningIn = (environment: string) => `${runningPrefix}${environment}-`;
