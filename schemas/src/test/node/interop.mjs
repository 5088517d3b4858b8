// An independent client of the contract: kafkajs and its registry library, no Java, no class of ours.
//
//   node interop.mjs consume --bootstrap HOST:PORT --registry URL --topic NAME --count N [--timeout-seconds 60]
//     Reads N committed records from the beginning and prints {"records": [{partition, offset, key, value, headers}]}.
//
//   node interop.mjs produce --bootstrap HOST:PORT --registry URL --topic NAME
//       [--schema FILE.avsc --compatibility FULL_TRANSITIVE] < records.json
//     Reads [{"key": "...", "value": {...} or null, "headers": {...}}] from standard input, writes them under the schema in FILE,
//     registered first (the subject's compatibility must be the one named), else under the latest schema registered for the
//     topic, and prints {"produced": [{partition, offset}]}.
//
// Exits with 0 when done, 1 on failure, 2 on wrong usage; errors go to standard error as one line of JSON.

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import confluent from '@kafkajs/confluent-schema-registry';

const { Kafka, Partitioners, logLevel } = kafkajs;
const { SchemaRegistry, SchemaType, COMPATIBILITY } = confluent;

const USAGE = 'usage: node interop.mjs consume|produce --bootstrap HOST:PORT --registry URL --topic NAME'
  + ' [--count N] [--timeout-seconds 60] [--schema FILE.avsc] [--compatibility FULL_TRANSITIVE]';
const INTERACTIONS = 'interaction.recorded';

class UsageError extends Error {}

function readOptions() {
  let parsed;
  try {
    parsed = parseArgs({
      allowPositionals: true,
      options: {
        bootstrap: { type: 'string' },
        registry: { type: 'string' },
        topic: { type: 'string' },
        count: { type: 'string' },
        schema: { type: 'string' },
        compatibility: { type: 'string', default: 'FULL_TRANSITIVE' },
        'timeout-seconds': { type: 'string', default: '60' },
      },
    });
  } catch (wrong) {
    throw new UsageError(`${wrong.message}; ${USAGE}`);
  }
  const { values, positionals: [mode, ...rest] } = parsed;
  const required = mode === 'consume' ? ['bootstrap', 'registry', 'topic', 'count'] : ['bootstrap', 'registry', 'topic'];
  if (!['consume', 'produce'].includes(mode) || rest.length > 0 || required.some((name) => !values[name])) {
    throw new UsageError(USAGE);
  }
  return { ...values, mode, count: Number(values.count), timeoutMillis: 1000 * Number(values['timeout-seconds']) };
}

// Interactions lie in the partition of their subject, the part of the key before the slash; all else as Kafka's default.
function partitioner() {
  const byKey = Partitioners.DefaultPartitioner();
  return (args) => {
    const key = args.message.key;
    const hashed = args.topic === INTERACTIONS && key ? String(key).split('/', 1)[0] : key;
    return byKey({ ...args, message: { ...args.message, key: hashed } });
  };
}

function textOf(headers) {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, value?.toString() ?? null]));
}

async function consume({ topic, count, timeoutMillis }, kafka, registry) {
  const consumer = kafka.consumer({ groupId: `interop-${randomUUID()}`, allowAutoTopicCreation: false });
  const records = [];
  let timer;
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise((resolve, reject) => {
      timer = setTimeout(
        () => reject(new Error(`${records.length} of ${count} records came within ${timeoutMillis} ms`)), timeoutMillis);
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      consumer.run({
        eachMessage: async ({ partition, message }) => {
          if (records.length === count) {
            return;
          }
          records.push({
            partition,
            offset: Number(message.offset),
            key: message.key?.toString() ?? null,
            value: message.value === null ? null : await registry.decode(message.value),
            headers: textOf(message.headers),
          });
          if (records.length === count) {
            resolve();
          }
        },
      }).catch(reject);
    });
  } finally {
    clearTimeout(timer);
    await consumer.disconnect();
  }
  return { records };
}

async function schemaId({ topic, schema, compatibility }, registry) {
  const subject = `${topic}-value`;
  if (!schema) {
    return registry.getLatestSchemaId(subject);
  }
  const registered = await registry.register(
    { type: SchemaType.AVRO, schema: readFileSync(schema, 'utf8') },
    { subject, compatibility: COMPATIBILITY[compatibility] });
  return registered.id;
}

async function produce(options, kafka, registry) {
  const input = JSON.parse(readFileSync(0, 'utf8'));
  const id = await schemaId(options, registry);
  const messages = await Promise.all(input.map(async ({ key, value, headers }) => ({
    key,
    value: value === null ? null : await registry.encode(id, value),
    headers,
  })));
  const producer = kafka.producer({ createPartitioner: partitioner, allowAutoTopicCreation: false, idempotent: true });
  try {
    await producer.connect();
    const produced = [];
    // One at a time, so that each answer tells where its record lies.
    for (const message of messages) {
      const [{ partition, baseOffset }] = await producer.send({ topic: options.topic, acks: -1, messages: [message] });
      produced.push({ partition, offset: Number(baseOffset) });
    }
    return { produced };
  } finally {
    await producer.disconnect();
  }
}

try {
  const options = readOptions();
  const kafka = new Kafka({ clientId: 'interop', brokers: options.bootstrap.split(','), logLevel: logLevel.NOTHING });
  const registry = new SchemaRegistry({ host: options.registry });
  const answer = await (options.mode === 'consume' ? consume : produce)(options, kafka, registry);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
} catch (error) {
  process.stderr.write(`${JSON.stringify({ error: error.message })}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
