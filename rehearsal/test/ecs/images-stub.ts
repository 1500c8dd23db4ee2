/** Folders of images, by reference: tests write them. */
export const images = new Map<string, string>();

/** Replaces runtime/images: an image is a folder. */
export async function imageFiles(_cloud: unknown, reference: string) {
  const directory = images.get(reference);
  if (!directory) {
    throw new Error(
      `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${reference}: not found`,
    );
  }
  const config = { Env: ['VERSION=1'], WorkingDir: '/app', Cmd: ['node', 'server.js'] };
  return { directory, digest: `sha256:${reference}`, config };
}
