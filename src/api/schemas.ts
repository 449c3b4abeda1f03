/** What a schema made of a value: its output, or what does not fit. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  /** Keys from the outermost value to the one that does not fit. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * A schema of any library that implements Standard Schema 1 (https://standardschema.dev), as valibot, zod and arktype do.
 * The interface is the one of that specification, as far as it is used here.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** A request: the schema of its data, and that of its answer. */
export interface RequestSchemas {
  readonly request: StandardSchema;
  readonly response: StandardSchema;
}

/** The messages and requests of a program, by type. */
export type MessageSchemas = Readonly<Record<string, StandardSchema | RequestSchemas>>;

type Types<Schema extends StandardSchema> = NonNullable<Schema['~standard']['types']>;
type Input<Schema extends StandardSchema> = Types<Schema>['input'];
type Output<Schema extends StandardSchema> = Types<Schema>['output'];

/** What is given to `send`, `request` and as an answer: the input of each schema. It is what goes over the wire. */
export type SchemaInput<Schemas extends MessageSchemas> = {
  -readonly [Type in keyof Schemas]: Schemas[Type] extends StandardSchema
    ? Input<Schemas[Type]>
    : Schemas[Type] extends RequestSchemas
      ? (data: Input<Schemas[Type]['request']>) => Input<Schemas[Type]['response']>
      : never;
};

/** What handlers, responders and callers of `request` get: the output of each schema. */
export type SchemaOutput<Schemas extends MessageSchemas> = {
  -readonly [Type in keyof Schemas]: Schemas[Type] extends StandardSchema
    ? Output<Schemas[Type]>
    : Schemas[Type] extends RequestSchemas
      ? (data: Output<Schemas[Type]['request']>) => Output<Schemas[Type]['response']>
      : never;
};
