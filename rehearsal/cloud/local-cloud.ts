import type { AddressInfo, ListenOptions } from 'node:net';
import type { Server } from 'node:http';
import { authorizeCall } from './access/api';
import { registerResourceTypes } from './cloudformation/resource-types';
import { loadSpecification } from './cloudformation/spec';
import { identify } from './identity';
import { Clock } from './runtime/clock';
import { modules } from './services';
import { Cloud } from './state';
import { wireServer } from './wire/server';

export interface LocalCloudOptions {
  /** Folder for what tasks and services write. The caller makes and removes it. */
  directory: string;
  /** By how much waits that AWS counts in seconds are divided (default 60). */
  speed?: number;
  /** Port on 127.0.0.1 (default: any free one). */
  port?: number;
  /** Told what a person may want to know: unknown operations, faults. */
  log?: (line: string) => void;
}

export interface LocalCloud {
  cloud: Cloud;
  /** For AWS_ENDPOINT_URL: http://127.0.0.1:{port}. By number, so that S3's clients put the bucket into the path. */
  endpoint: string;
  /**
   * Nothing answers at the endpoint for so many of AWS's seconds, as in an outage of the control plane: tasks, load balancers and
   * what is under way go on. Resolves when it answers again.
   */
  outage(seconds: number): Promise<void>;
  /** Ends the endpoint and everything that runs in the cloud. */
  stop(): Promise<void>;
}

/** Starts a local AWS: every account and region behind one endpoint, empty. Rejects where the port is in use. */
export async function startLocalCloud({ directory, speed, port = 0, log }: LocalCloudOptions): Promise<LocalCloud> {
  await loadSpecification();
  const cloud = new Cloud(directory, new Clock(speed), log);
  registerResourceTypes(cloud, modules);
  const server = wireServer({
    services: modules.flatMap((module) => module.api?.(cloud) ?? []),
    identify: (accessKeyId) => identify(cloud, accessKeyId),
    authorize: (service, input, context) => authorizeCall(cloud, service, input, context),
    linked: (path) => cloud.linked(path),
    record: (call) => cloud.record(call),
    log: (line) => cloud.log(line),
  });
  await listen(server, { host: '127.0.0.1', port }).catch(async (error) => {
    await cloud.stop();
    throw error;
  });
  const own = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  cloud.endpoint = `http://${own.host}:${own.port}`;
  cloud.onStop(() => close(server));
  const outage = async (seconds: number) => {
    await close(server);
    await cloud.clock.sleep(seconds, cloud.signal);
    if (!cloud.signal.aborted) await listen(server, own);
  };
  return { cloud, endpoint: cloud.endpoint, outage, stop: () => cloud.stop() };
}

function listen(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((listening, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const inUse = error.code === 'EADDRINUSE';
      fail(
        inUse
          ? new Error(`port ${options.port} on 127.0.0.1 is in use: stop what listens there, or choose another port`)
          : error,
      );
    });
    server.listen(options, listening);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((closed) => {
    server.close(() => closed());
    server.closeAllConnections();
  });
}
