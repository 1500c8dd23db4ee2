import { get } from 'node:http';

/**
 * What the container's health check runs (`node server.js --health`): asks the service on its own port, so that the image
 * needs no curl. Exit code 0 where it answers 200, else 1 with the reason on standard error.
 */
export function healthCheck(port: number): void {
  const fail = (reason: string) => {
    console.error(`unhealthy: ${reason}`);
    process.exit(1);
  };
  get({ host: '127.0.0.1', port, path: '/health', timeout: 4000, agent: false }, (response) => {
    response.resume();
    if (response.statusCode !== 200) fail(`/health answers ${response.statusCode}`);
  })
    .on('timeout', () => fail('/health does not answer within 4 s'))
    .on('error', (error) => fail(error.message));
}
