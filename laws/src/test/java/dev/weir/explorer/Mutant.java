package dev.weir.explorer;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.FieldModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.Arrays;

/// A fault planted into one class of the product as it is loaded, to see that it is found.
///
/// @param className the full name of the class
/// @param method where one call or assignment is left out; or the field that loses its `volatile`
/// @param target the method called or the field assigned; empty for a lost `volatile`
/// @param number which of them, from 1
public record Mutant(String className, String method, String target, int number) {

    /// Leaves out call or assignment `number` of `target`; a call that has a result answers false, zero or null.
    public static Mutant without(String className, String method, String target, int number) {
        return new Mutant(className, method, target, number);
    }

    /// Takes the `volatile` off a field.
    public static Mutant notVolatile(String className, String field) {
        return new Mutant(className, field, "", 1);
    }

    byte[] applied(ClassFile classes, ClassModel model) {
        int[] found = new int[1];
        byte[] mutated = classes.transformClass(model, target.isEmpty() ? unordered(found) : omitting(found));
        if (found[0] == 0) throw new IllegalStateException(this + " has no place in this class any more");
        return mutated;
    }

    private ClassTransform unordered(int[] found) {
        return (builder, element) -> {
            if (element instanceof FieldModel field && field.fieldName().equalsString(method)) {
                found[0]++;
                builder.withField(
                        field.fieldName(),
                        field.fieldType(),
                        made -> made.withFlags(field.flags().flagsMask() & ~AccessFlag.VOLATILE.mask()));
            } else {
                builder.with(element);
            }
        };
    }

    private ClassTransform omitting(int[] found) {
        int[] met = new int[1];
        CodeTransform code = (builder, element) -> {
            if (!isTarget(element) || ++met[0] != number) {
                builder.with(element);
                return;
            }
            found[0]++;
            if (element instanceof InvokeInstruction call) omit(builder, call);
            else builder.pop2(); // the value and its object: no field of eight bytes is ever the target
        };
        return ClassTransform.transformingMethodBodies(one -> one.methodName().equalsString(method), code);
    }

    private boolean isTarget(CodeElement element) {
        return switch (element) {
            case InvokeInstruction call -> call.name().equalsString(target);
            case FieldInstruction field ->
                field.opcode() == Opcode.PUTFIELD && field.name().equalsString(target);
            default -> false;
        };
    }

    private static void omit(CodeBuilder builder, InvokeInstruction call) {
        MethodTypeDesc type = call.typeSymbol();
        for (ClassDesc parameter : Arrays.asList(type.parameterArray()).reversed()) {
            if (TypeKind.from(parameter).slotSize() == 2) builder.pop2();
            else builder.pop();
        }
        if (call.opcode() != Opcode.INVOKESTATIC) builder.pop();
        switch (TypeKind.from(type.returnType()).asLoadable()) {
            case VOID -> {}
            case REFERENCE -> builder.aconst_null();
            default -> builder.iconst_0();
        }
    }
}
