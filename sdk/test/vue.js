// A stand-in for the three words of Vue that the guide uses.

const steps = { mounted: [], unmount: [] };
export const ref = (value) => ({ value });
export const onMounted = (run) => steps.mounted.push(run);
export const onBeforeUnmount = (run) => steps.unmount.push(run);

export const mount = () => steps.mounted.forEach((run) => run());
export const unmount = () => steps.unmount.forEach((run) => run());
