package dev.weir.explorer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.FieldModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.VarHandle;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Constructor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Loads classes of the product as they are, but for a call of [Steps] before each access that threads may race
/// for: fields, handles of fields, atomic arrays, locks.
///
/// Not seen: plain arrays, and what constructors do, whose object nobody else knows.
public final class StepLoader extends ClassLoader {
    private static final ClassDesc STEPS = Steps.class.describeConstable().orElseThrow();
    private static final ClassDesc HANDLE = VarHandle.class.describeConstable().orElseThrow();
    private static final String HANDLES = "java/lang/invoke/VarHandle";
    private static final String ARRAYS = "java/util/concurrent/atomic/AtomicReferenceArray";
    private static final MethodTypeDesc OF_OBJECT = takes(ConstantDescs.CD_Object);
    private static final MethodTypeDesc OF_FIELD = takes(ConstantDescs.CD_Object, ConstantDescs.CD_String);

    private final List<String> explored;
    private final List<String> alongside;
    private final @Nullable Mutant mutant;
    private final Map<String, ClassModel> models = new HashMap<>();
    private final ClassFile classes;

    static {
        assert AtomicReferenceArray.class.getName().replace('.', '/').equals(ARRAYS);
    }

    /// Loads anew what begins with one of these names.
    ///
    /// @param explored beginnings of the names of classes whose steps are seen
    /// @param alongside the same for classes that only have to meet those, such as the scene
    /// @param mutant a fault to plant, or null
    public StepLoader(List<String> explored, List<String> alongside, @Nullable Mutant mutant) {
        super("steps", StepLoader.class.getClassLoader());
        this.explored = List.copyOf(explored);
        this.alongside = List.copyOf(alongside);
        this.mutant = mutant;
        this.classes = ClassFile.of(
                ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(getParent())
                        .orElse(ClassHierarchyResolver.defaultResolver())));
    }

    /// Makes scenes of a class that is loaded alongside and is made of a text.
    public Supplier<Scene> scenes(String className, String text) {
        try {
            Constructor<?> scene = loadClass(className).getDeclaredConstructor(String.class);
            scene.setAccessible(true);
            return () -> made(scene, text);
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException("no scenes of " + className, failure);
        }
    }

    private static Scene made(Constructor<?> scene, String text) {
        try {
            return (Scene) scene.newInstance(text);
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException("no scene of " + text, failure);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        boolean isScene = begins(name, alongside);
        if (!isScene && !begins(name, explored)) return super.loadClass(name, resolve);
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            if (known != null) return known;
            byte[] bytes = isScene ? bytes(name) : stepping(name);
            return defineClass(name, bytes, 0, bytes.length);
        }
    }

    private static boolean begins(String name, List<String> beginnings) {
        return beginnings.stream().anyMatch(name::startsWith);
    }

    private byte[] bytes(String name) {
        String file = name.replace('.', '/') + ".class";
        try (InputStream in = getParent().getResourceAsStream(file)) {
            if (in == null) throw new IllegalStateException("no class file of " + name);
            return in.readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private ClassModel model(String name) {
        return models.computeIfAbsent(name, one -> {
            ClassModel model = classes.parse(bytes(one));
            if (mutant == null || !mutant.className().equals(one)) return model;
            return classes.parse(mutant.applied(classes, model));
        });
    }

    private byte[] stepping(String name) {
        ClassModel model = model(name);
        for (var method : model.methods()) {
            if (method.flags().has(AccessFlag.SYNCHRONIZED)) {
                throw new IllegalStateException(name + "." + method.methodName() + " takes a lock that is not seen");
            }
        }
        return classes.transformClass(
                model,
                ClassTransform.transformingMethodBodies(
                        method -> !method.methodName().stringValue().startsWith("<"), this::step));
    }

    private void step(CodeBuilder code, CodeElement element) {
        switch (element) {
            case MonitorInstruction monitor ->
                code.invokestatic(STEPS, monitor.opcode() == Opcode.MONITORENTER ? "lock" : "unlock", OF_OBJECT);
            case FieldInstruction field -> {
                tellField(code, field);
                code.with(field);
            }
            case InvokeInstruction call -> {
                String owner = call.owner().asInternalName();
                if (owner.equals(HANDLES) || owner.equals(ARRAYS)) tellCall(code, call, owner.equals(ARRAYS));
                code.with(call);
            }
            default -> code.with(element);
        }
    }

    private void tellField(CodeBuilder code, FieldInstruction field) {
        boolean isRead = field.opcode() == Opcode.GETFIELD;
        if (!isRead && field.opcode() != Opcode.PUTFIELD) return;
        FieldModel model = fieldOf(field);
        if (model == null || model.flags().has(AccessFlag.FINAL)) return;
        if (isRead) code.dup();
        else if (TypeKind.from(field.typeSymbol()).slotSize() == 1) code.dup2().pop();
        else code.dup2_x1().pop2().dup_x2();
        boolean isVolatile = model.flags().has(AccessFlag.VOLATILE);
        String door = isRead ? (isVolatile ? "read" : "plainRead") : isVolatile ? "write" : "plainWrite";
        code.loadConstant(field.name().stringValue()).invokestatic(STEPS, door, OF_FIELD);
    }

    private @Nullable FieldModel fieldOf(FieldInstruction field) {
        String owner = field.owner().asInternalName().replace('/', '.');
        while (begins(owner, explored)) {
            ClassModel declaring = model(owner);
            for (FieldModel one : declaring.fields()) {
                if (one.fieldName().equalsString(field.name().stringValue())) return one;
            }
            owner = declaring.superclass().orElseThrow().asInternalName().replace('/', '.');
        }
        return null;
    }

    /// Puts the arguments aside, tells what they point at, and puts them back.
    private static void tellCall(CodeBuilder code, InvokeInstruction call, boolean isArray) {
        List<ClassDesc> types = call.typeSymbol().parameterList();
        String name = call.name().stringValue();
        if (types.isEmpty()) return; // the length of an array never changes
        int[] slots = new int[types.size()];
        for (int i = slots.length - 1; i >= 0; i--) {
            TypeKind kind = TypeKind.from(types.get(i));
            slots[i] = code.allocateLocal(kind);
            code.storeLocal(kind, slots[i]);
        }
        code.dup().loadLocal(TypeKind.from(types.getFirst()), slots[0]).loadConstant(name);
        if (isArray) {
            code.invokestatic(
                    STEPS, "element", takes(ConstantDescs.CD_Object, ConstantDescs.CD_int, ConstantDescs.CD_String));
        } else {
            code.invokestatic(STEPS, "handle", takes(HANDLE, ConstantDescs.CD_Object, ConstantDescs.CD_String));
        }
        for (int i = 0; i < slots.length; i++) code.loadLocal(TypeKind.from(types.get(i)), slots[i]);
    }

    private static MethodTypeDesc takes(ClassDesc... types) {
        return MethodTypeDesc.of(ConstantDescs.CD_void, types);
    }
}
