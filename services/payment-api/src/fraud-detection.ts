import { Agent, request as httpRequest } from 'node:http';
import type { Assessment, AssessmentRequest } from '../../shared/assessment';
import type { Log } from '../../shared/log';

/** Asks fraud-detection over connections that are kept. Without an answer within 2 s a payment goes to review: the payer never waits for it. */
export class FraudDetection {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });

  constructor(
    private readonly url: URL,
    private readonly log: Log,
    private readonly timeout = 2000,
  ) {}

  async assess({ paymentId, amount, currency, payer }: AssessmentRequest): Promise<Assessment> {
    const body = JSON.stringify({ paymentId, amount, currency, payer });
    const signal = AbortSignal.timeout(this.timeout);
    try {
      return await this.send(body, signal);
    } catch (error) {
      const reason = signal.aborted ? `no answer within ${this.timeout} ms` : messageOf(error);
      this.log('warn', 'fraud-detection did not answer: payment goes to review', { paymentId, reason });
      return { decision: 'review', reasons: ['fraud detection did not answer'] };
    }
  }

  /** A kept connection may have been closed just before it was used again; asking twice does no harm here, so it is tried again. */
  private send(body: string, signal: AbortSignal, attempt = 1): Promise<Assessment> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const request = httpRequest(new URL('/assess', this.url), { method: 'POST', agent: this.agent, headers, signal });
      request.on('error', (error: NodeJS.ErrnoException) => {
        if (request.reusedSocket && error.code === 'ECONNRESET' && attempt < 3)
          resolve(this.send(body, signal, attempt + 1));
        else reject(error);
      });
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          try {
            resolve(parse(response.statusCode, Buffer.concat(chunks).toString('utf8')));
          } catch (error) {
            reject(error);
          }
        });
      });
      request.end(body);
    });
  }
}

function parse(status: number | undefined, body: string): Assessment {
  if (status !== 200) throw new Error(`fraud-detection answers ${status}`);
  const { decision, reasons } = JSON.parse(body) as Assessment;
  if (!['approve', 'review', 'decline'].includes(decision))
    throw new Error('fraud-detection answers without a decision');
  return { decision, reasons };
}

const messageOf = (error: unknown) =>
  error instanceof Error ? error.message || String((error as NodeJS.ErrnoException).code) : String(error);
