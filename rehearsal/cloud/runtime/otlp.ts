// What an OpenTelemetry exporter sends, read as far as a count of it needs: opentelemetry-proto, collector/trace/v1.

/** Traces of one request. */
export interface Traces {
  spans: number;
  /** Each trace once, as hexadecimal digits. */
  traceIds: string[];
  /** Names of the services that they come from. */
  services: string[];
}

interface Json {
  resourceSpans?: {
    resource?: { attributes?: { key: string; value?: { stringValue?: string } }[] };
    scopeSpans?: { spans?: { traceId?: string }[] }[];
  }[];
}

/** Reads an ExportTraceServiceRequest as JSON. Throws where it is none. */
export function tracesOfJson(body: string): Traces {
  const { resourceSpans = [] } = JSON.parse(body) as Json;
  const spans = resourceSpans.flatMap((r) => (r.scopeSpans ?? []).flatMap((s) => s.spans ?? []));
  const names = resourceSpans.flatMap((r) =>
    (r.resource?.attributes ?? []).flatMap((a) => (a.key === 'service.name' ? [a.value?.stringValue ?? ''] : [])),
  );
  return summary(
    spans.map((s) => s.traceId ?? ''),
    names,
  );
}

/** Reads an ExportTraceServiceRequest as protocol buffers. Throws where it is none. */
export function tracesOfProtobuf(body: Buffer): Traces {
  const traceIds: string[] = [];
  const names: string[] = [];
  for (const resourceSpans of fields(body, 1)) {
    for (const resource of fields(resourceSpans, 1))
      for (const attribute of fields(resource, 1)) {
        if (fields(attribute, 1)[0]?.toString() !== 'service.name') continue;
        names.push(...fields(attribute, 2).flatMap((value) => fields(value, 1).map(String)));
      }
    for (const scopeSpans of fields(resourceSpans, 2))
      for (const span of fields(scopeSpans, 2)) traceIds.push(fields(span, 1)[0]?.toString('hex') ?? '');
  }
  return summary(traceIds, names);
}

const summary = (traceIds: string[], names: string[]): Traces => ({
  spans: traceIds.length,
  traceIds: [...new Set(traceIds)],
  services: [...new Set(names)],
});

/** The length-delimited fields of a message that have the number. */
function fields(message: Buffer, wanted: number): Buffer[] {
  const found: Buffer[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = message[at++];
      if (byte === undefined) throw new Error('the message ends in the middle of a field');
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const key = varint();
    const kind = key % 8;
    if (kind === 0) varint();
    else if (kind === 1) at += 8;
    else if (kind === 5) at += 4;
    else if (kind === 2) {
      const length = varint();
      if (Math.floor(key / 8) === wanted) found.push(message.subarray(at, at + length));
      at += length;
    } else throw new Error(`the message has a field of the unknown kind ${kind}`);
  }
  return found;
}
