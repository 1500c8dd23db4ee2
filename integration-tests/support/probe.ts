import { InvokeCommand } from '@aws-sdk/client-lambda';
import { realPace } from '../../promotion/wait';
import { pollSeconds } from './about';
import { onceAwake } from './awake';
import { environment, lambda, outputs } from './stage';

export interface Request {
  /** Listener's port of the load balancer. */
  port: number;
  path: string;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: object;
}
export interface Answer {
  status: number;
  headers: Record<string, string | undefined>;
  body: string;
  milliseconds: number;
}

/** What the probe's function is asked. */
interface Asked {
  url: string;
  method?: string;
  /** Name that the server has to prove by its certificate, and that the request is for. */
  host?: string;
  headers?: Record<string, string>;
  body?: string;
  /** Takes any certificate. */
  insecure?: boolean;
}

/**
 * Sends a request to the load balancer from within the stage's VPC, through its probe function: the test listener admits the
 * stage's own NAT addresses only. Where the environment has a name, the certificate is verified for it (SNI); the load
 * balancer's own name is on no certificate.
 */
export async function request({ port, path, method = 'GET', headers: asked, body }: Request): Promise<Answer> {
  const { LoadBalancerDnsName } = await outputs.platform();
  const url = `https://${LoadBalancerDnsName}:${port}${path}`;
  const headers = { ...(body && { 'content-type': 'application/json' }), ...asked };
  const { domainName: host } = environment.certificate;
  return ask({ method, url, host, headers, body: body && JSON.stringify(body), insecure: !host });
}

/**
 * Asks a private address of the VPC on 443, and has the server prove that it is `host`. Whatever it answers, it was reached:
 * who asks AWS's services without credentials is refused.
 */
export const reach = (address: string, host: string): Promise<Answer> => ask({ url: `https://${address}/`, host });

async function ask(event: Asked): Promise<Answer> {
  const { method = 'GET', url } = event;
  const { ProbeFunctionName } = await outputs.platform();
  const command = { FunctionName: ProbeFunctionName, Payload: Buffer.from(JSON.stringify(event)) };
  const { Payload, FunctionError } = await onceAwake(ProbeFunctionName, realPace(pollSeconds()), () =>
    lambda.send(new InvokeCommand(command)),
  );
  const text = Buffer.from(Payload ?? []).toString('utf8');
  if (FunctionError) throw new Error(`probe ${ProbeFunctionName} failed on ${method} ${url}: ${text}`);
  const answer = JSON.parse(text) as Answer & { error?: string };
  if (answer.error) throw new Error(`${method} ${url} got no answer: ${answer.error}`);
  return answer;
}

/** The answer's JSON; an error with the beginning of the text where it is none. */
export function jsonOf({ body }: Pick<Answer, 'body'>): Record<string, unknown> {
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    throw new Error(`the answer is not JSON: ${body.slice(0, 200)}`);
  }
}
