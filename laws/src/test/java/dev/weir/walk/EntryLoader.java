package dev.weir.walk;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/// Loads the classes of the product anew, as they are but for a call of [Entries] first in each method. The
/// program that uses them is loaded with them and not changed.
///
/// Not seen: static initializers, which no request runs twice.
final class EntryLoader extends ClassLoader {
    private static final ClassDesc ENTRIES = Entries.class.describeConstable().orElseThrow();
    private static final MethodTypeDesc ENTER =
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String, ConstantDescs.CD_String);
    private static final String PRODUCT = "dev.weir.";

    private final String program;
    private final ClassFile classes;

    /// @param program the name of a class; those nested in it belong to it
    EntryLoader(String program) {
        super("entries", EntryLoader.class.getClassLoader());
        this.program = program;
        this.classes = ClassFile.of(
                ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(getParent())
                        .orElse(ClassHierarchyResolver.defaultResolver())));
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(PRODUCT) || name.equals(Entries.class.getName())) return super.loadClass(name, resolve);
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            if (known != null) return known;
            byte[] bytes = bytes(name);
            if (!name.startsWith(program)) bytes = telling(name, bytes);
            return defineClass(name, bytes, 0, bytes.length);
        }
    }

    private byte[] bytes(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) throw new ClassNotFoundException(name);
            return in.readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private byte[] telling(String type, byte[] bytes) {
        ClassTransform telling = (builder, element) -> {
            if (element instanceof MethodModel method && !method.methodName().equalsString("<clinit>")) {
                var first = new First(type, method.methodName().stringValue());
                builder.transformMethod(method, MethodTransform.transformingCode(first));
            } else {
                builder.with(element);
            }
        };
        return classes.transformClass(classes.parse(bytes), telling);
    }

    private record First(String type, String method) implements CodeTransform {
        @Override
        public void atStart(CodeBuilder code) {
            code.loadConstant(type).loadConstant(method).invokestatic(ENTRIES, "enter", ENTER);
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            code.with(element);
        }
    }
}
