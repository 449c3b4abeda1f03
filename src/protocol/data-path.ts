const plainKey = /^[A-Za-z_$][\w$]{0,63}$/;

/** `data.list[3]["odd key"]` for the name `data`, cut to what a person reads. */
export function formatPath(name: string, path: readonly (string | number)[]): string {
  const steps = path.map((step) =>
    typeof step === 'number'
      ? `[${step}]`
      : plainKey.test(step)
        ? `.${step}`
        : `[${JSON.stringify(step.slice(0, 64)).toWellFormed()}]`,
  );
  return `${name}${steps.join('')}`.slice(0, 256);
}
