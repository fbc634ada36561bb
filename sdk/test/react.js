// A stand-in for React with as much of it as the wrappers use, so that their tests need no further package: function components, hooks,
// context, effects from the inside out, and StrictMode's habit of running each effect twice.

let hooks;
let index = 0;
let root;
let effects;

const same = (a, b) => a !== undefined && b !== undefined && a.length === b.length && a.every((it, i) => Object.is(it, b[i]));
const cell = (make) => (hooks[index] ??= make(), hooks[index++]);

export const createElement = (type, props, ...children) => ({
  type,
  props: { ...props, ...(children.length && { children: children.length === 1 ? children[0] : children }) },
});
export const forwardRef = (render) => ({ render });
export function createContext(value) {
  const context = { value };
  context.Provider = { context };
  return context;
}
export const useContext = (context) => context.value;
export const useRef = (current) => cell(() => ({ current }));
export function useState(value) {
  const at = root;
  const it = cell(() => ({ value }));
  it.set ??= (next) => {
    if (Object.is(it.value, next)) return;
    it.value = next;
    at.changed = true;
  };
  return [it.value, it.set];
}
export function useMemo(make, inputs) {
  const it = cell(() => ({}));
  if (!same(it.inputs, inputs)) Object.assign(it, { inputs, value: make() });
  return it.value;
}
export function useEffect(run, inputs) {
  const it = cell(() => ({}));
  if (same(it.inputs, inputs)) return;
  Object.assign(it, { inputs, run });
  effects.push(it);
}
export function useImperativeHandle(ref, make, inputs) {
  useEffect(() => {
    if (!ref) return;
    ref.current = make();
    return () => (ref.current = null);
  }, inputs);
}

/** Renders into a node of the page. `strict` runs the effects of each new component twice, as StrictMode does. */
export function createRoot(container, { strict = false } = {}) {
  const it = { changed: false };
  let tree = { children: [] };
  let element;

  function draw(what, before, parent, late) {
    if (Array.isArray(what)) {
      const children = what.map((child, i) => draw(child, before?.children?.[i], parent, late));
      return { children };
    }
    if (what === null || what === undefined || typeof what !== "object") return { children: [] };
    const { type, props } = what;
    const kept = before?.type === type ? before : undefined;
    if (before && !kept) drop(before);
    const made = { type, hooks: kept?.hooks ?? [], children: [], node: kept?.node, fresh: !kept };
    if (typeof type === "string") {
      made.node ??= document.createElement(type);
      Object.assign(made.node, { className: props.className, id: props.id });
      if (!made.node.parent) parent.append(made.node);
      if (props.ref) props.ref.current = made.node;
      made.children = [draw(props.children, kept?.children[0], made.node, late)];
    } else if (type.context) {
      const { value } = type.context;
      type.context.value = props.value;
      made.children = [draw(props.children, kept?.children[0], parent, late)];
      type.context.value = value;
    } else {
      [hooks, index, root, effects] = [made.hooks, 0, it, []];
      const { ref, ...rest } = props;
      const inner = type.render ? type.render(rest, ref ?? null) : type(props);
      const mine = effects;
      made.children = [draw(inner, kept?.children[0], parent, late)];
      late.push([mine, made.fresh]);
    }
    return made;
  }

  function drop(what) {
    what.children.forEach(drop);
    for (const hook of what.hooks ?? []) {
      hook.clean?.();
      hook.clean = undefined;
    }
    what.node?.remove();
  }

  const run = (hook) => {
    hook.clean?.();
    hook.clean = hook.run() || undefined;
  };

  function commit() {
    for (let round = 0; round === 0 || it.changed; round++) {
      if (round > 25) throw Error("renders without end");
      it.changed = false;
      const late = [];
      tree = draw(element, tree, container, late);
      for (const [mine] of late) mine.forEach(run);
      if (strict) for (const [mine, fresh] of late) if (fresh) mine.forEach(run);
    }
  }

  return {
    render(what) {
      element = what;
      commit();
    },
    /** Renders what has changed since by itself. */
    flush() {
      if (it.changed) commit();
    },
    unmount() {
      drop(tree);
      tree = { children: [] };
    },
  };
}
