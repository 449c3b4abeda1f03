import type { Message } from '../../api/messages.ts';
import type { Clock } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { decodeMessage, decodeRequest, decodeResponse } from '../../protocol/message.ts';
import type { Payload } from '../../protocol/payload.ts';
import { createTokenBucket, type TokenBucket } from '../../util/token-bucket.ts';
import type { ErrorReporter } from '../monitoring/error-reporter.ts';
import type { NodeCounters } from '../monitoring/node-counters.ts';
import type { Declared, DeclaredTypes } from '../options/schemas-option.ts';
import { type Validated, validate } from './validate.ts';

type Kind = Declared['kind'];

export interface SchemasDeps {
  readonly counters: Pick<NodeCounters, 'invalid' | 'unhandled'>;
  readonly report: ErrorReporter['report'];
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Most values in a message. */
  readonly items: number;
}

/**
 * Checks what is sent and what arrives. What goes over the wire is the input of a schema, and what the program gets is its
 * output. What is sent is looked at as the peer will read it: decoded, so that both sides agree.
 */
export class Schemas {
  readonly #declared: DeclaredTypes;
  readonly #deps: SchemasDeps;
  /** Any peer may send what does not fit, as fast as it can. */
  readonly #reports: TokenBucket;

  constructor(declared: DeclaredTypes, deps: SchemasDeps) {
    this.#declared = declared;
    this.#deps = deps;
    this.#reports = createTokenBucket(limits.messages.invalidReports, deps.clock);
  }

  /** Throws `ERR_TYPE` if the type was not declared as that. */
  checkType(kind: Kind, type: string): void {
    if (this.#declared.get(type)?.kind !== kind) throw undeclared(kind, type);
  }

  /** Checks what this node sends. Throws, or rejects with, `ERR_SCHEMA`, `ERR_HANDLER` or `ERR_TYPE`. */
  checkSent(kind: Kind, type: string, payload: Payload): undefined | Promise<undefined> {
    const declared = this.#declared.get(type);
    if (declared?.kind !== kind) throw undeclared(kind, type);
    const decode = kind === 'message' ? decodeMessage : decodeRequest;
    return fits(validate(declared.data, decode(payload, this.#deps.items).data, `${kind}s of type ${type}`));
  }

  /** Checks an answer of this node. Throws, or rejects, as {@link checkSent}. */
  checkAnswer(type: string, payload: Payload): undefined | Promise<undefined> {
    const declared = this.#declared.get(type);
    if (declared?.kind !== 'request') return undefined;
    return fits(validate(declared.answer, decodeResponse(payload, this.#deps.items).data, answersOf(type)));
  }

  /** Gives a message that fits to the program, as the output of its schema; undefined if all of that is done. */
  deliver(message: Message, give: (message: Message) => Promise<void> | undefined): Promise<void> | undefined {
    const checked = this.#receive(message);
    if (!(checked instanceof Promise)) return checked && give(checked);
    return checked.then((later) => later && give(later));
  }

  #receive(message: Message): Message | undefined | Promise<Message | undefined> {
    const { type, senderId } = message;
    const declared = this.#declared.get(type);
    if (declared?.kind !== 'message') {
      this.#deps.counters.unhandled += 1;
      return undefined;
    }
    const took = (validated: Validated): Message | undefined => {
      if (!validated.error) return { ...message, data: validated.value };
      this.#refuse(validated.error, senderId);
      return undefined;
    };
    return whenThere(validate(declared.data, message.data, `messages of type ${type}`), took);
  }

  /** A request for its responder. Throws, or rejects with, what is its answer. */
  receiveRequest<Request extends Message>(request: Request): Request | Promise<Request> {
    const { type, senderId, data } = request;
    const declared = this.#declared.get(type);
    if (declared?.kind !== 'request') return request;
    return whenThere(validate(declared.data, data, `requests of type ${type}`), (validated) => {
      if (validated.error) throw this.#refuse(validated.error, senderId);
      return { ...request, data: validated.value };
    });
  }

  /** The answer for the caller, of which it is told. Throws, or rejects, as {@link checkSent}. */
  receiveAnswer(type: string, data: unknown): unknown {
    const declared = this.#declared.get(type);
    if (declared?.kind !== 'request') return data;
    return whenThere(validate(declared.answer, data, answersOf(type)), ({ error, ...validated }) => {
      if (!error) return (validated as { readonly value: unknown }).value;
      this.#deps.counters.invalid += 1;
      throw error;
    });
  }

  #refuse(error: LanpeerError, from: string): LanpeerError {
    this.#deps.counters.invalid += 1;
    const { code, message, cause } = error;
    if (this.#reports.tryTake())
      this.#deps.report(
        new LanpeerError(code, `From ${from}: ${message}`, cause === undefined ? {} : { cause }),
        'schema',
      );
    return error;
  }
}

const answersOf = (type: string): string => `answers to requests of type ${type}`;

const undeclared = (kind: Kind, type: string): LanpeerError =>
  new LanpeerError('ERR_TYPE', `The option \`messages\` declares no ${kind} of type ${type}.`);

function whenThere<Result>(
  validated: Validated | Promise<Validated>,
  then: (validated: Validated) => Result,
): Result | Promise<Result> {
  return validated instanceof Promise ? validated.then(then) : then(validated);
}

/** Undefined for what fits, or promises that; throws, or rejects with, why it does not. */
const fits = (validated: Validated | Promise<Validated>): undefined | Promise<undefined> =>
  whenThere(validated, ({ error }) => {
    if (error) throw error;
    return undefined;
  });
