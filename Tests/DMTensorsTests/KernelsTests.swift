import CDMKernels
import DMTensors
import DMTestSupport
import Testing

/// Every instruction set that this processor has computes what the baseline computes.
@Suite struct KernelsTests {
    private static let lengths = [0, 1, 2, 3, 7, 8, 15, 17, 31, 33, 63, 65, 127, 129, 255, 1023]

    private var baseline: dm_kernels { dm_kernels_named("baseline").pointee }

    private var others: [dm_kernels] { [dm_kernels_named("avx2"), dm_kernels_named("avx512")].compactMap { $0?.pointee } }

    @Test func unknownNamesHaveNoTable() { #expect(dm_kernels_named("quantum") == nil) }

    @Test(arguments: lengths) func functions(count: Int) {
        let members: [KeyPath<dm_real_kernels, dm_unary_kernel?>] = [
            \.negate, \.absolute, \.square, \.square_root, \.reciprocal, \.exponential, \.logarithm, \.tanh, \.sigmoid, \.log_sigmoid,
            \.sine, \.cosine, \.relu, \.gelu,
        ]
        let x = ramp([count]) * 4.5 + 4.6
        for member in members {
            for table in others {
                #expect(
                    isClose(map(table.real_f64.pointee[keyPath: member]!, x), map(baseline.real_f64.pointee[keyPath: member]!, x), 1e-15))
                let y = Tensor<Float>(converting: x - 4)
                let z = map(table.real_f32.pointee[keyPath: member]!, y.absoluteValue() + 0.01)
                #expect(isClose(z, map(baseline.real_f32.pointee[keyPath: member]!, y.absoluteValue() + 0.01), 5e-7))
            }
        }
    }

    @Test(arguments: lengths) func furtherFunctions(count: Int) {
        let members: [KeyPath<dm_function_kernels, dm_function_kernel>] = [
            \.tangent, \.arcsine, \.arccosine, \.arctangent, \.hyperbolic_sine, \.hyperbolic_cosine, \.inverse_hyperbolic_sine,
            \.inverse_hyperbolic_tangent, \.error_function, \.leaky_relu, \.elu, \.celu, \.hard_sigmoid, \.hard_swish, \.mish, \.softplus,
            \.softsign, \.thresholded_relu, \.shrink, \.swish, \.tanh_gelu,
        ]
        let x = Tensor<Float>(converting: ramp([count]) * 0.9)
        for member in members {
            func results(_ kernels: dm_kernels) -> [Tensor<Float>] {
                let kernel = kernels.functions_f32.pointee[keyPath: member]
                return [
                    map({ kernel.value($0, 0.3, 0.7, $1, $2) }, x), map({ kernel.pullback($0, $0, 0.3, 0.7, $1, $2) }, x),
                ]
            }
            for table in others {
                #expect(zip(results(table), results(baseline)).allSatisfy { isClose($0, $1, 2e-6) })
            }
        }
    }

    @Test(arguments: lengths) func arithmetic(count: Int) {
        let members: [KeyPath<dm_element_kernels, dm_binary_kernel?>] = [\.add, \.subtract, \.multiply, \.maximum, \.minimum]
        for member in members {
            for table in others {
                check(table.elements_f32.pointee[keyPath: member]!, baseline.elements_f32.pointee[keyPath: member]!, Float.self, count)
                check(table.elements_f64.pointee[keyPath: member]!, baseline.elements_f64.pointee[keyPath: member]!, Double.self, count)
                check(table.elements_i32.pointee[keyPath: member]!, baseline.elements_i32.pointee[keyPath: member]!, Int32.self, count)
                check(table.elements_i64.pointee[keyPath: member]!, baseline.elements_i64.pointee[keyPath: member]!, Int64.self, count)
                check(table.elements_u8.pointee[keyPath: member]!, baseline.elements_u8.pointee[keyPath: member]!, UInt8.self, count)
            }
        }
    }

    @Test(arguments: lengths.dropFirst()) func reductions(count: Int) {
        let members: [KeyPath<dm_element_kernels, dm_reduction_kernel?>] = [\.sum, \.largest, \.smallest]
        let x = Tensor<Float>(converting: ramp([count * 3]) + 1)
        for member in members {
            for table in others {
                for (reduced, inner) in [(count * 3, 1), (3, count), (count, 3)] {
                    let z = reduce(table.elements_f32.pointee[keyPath: member]!, x, reduced, inner)
                    #expect(isClose(z, reduce(baseline.elements_f32.pointee[keyPath: member]!, x, reduced, inner), 1e-6))
                }
            }
        }
    }

    @Test(arguments: lengths) func randomNumbers(count: Int) {
        let stream = dm_random_stream(key: 0x1234_5678_9abc_def0, stream: 5), first = UInt64(UInt32.max) - 3
        for table in others {
            func draw(_ kernel: (UnsafeMutableRawPointer?) -> Void) -> Tensor<Float> {
                Tensor(shape: [count]) { kernel($0.baseAddress) }
            }
            let x = draw { table.random_f32.pointee.uniform(stream, first, 0, 1, 1, $0, count) }
            #expect(x == draw { baseline.random_f32.pointee.uniform(stream, first, 0, 1, 1, $0, count) })
            let y = draw { table.random_f32.pointee.normal(stream, first, $0, count) }
            #expect(isClose(y, draw { baseline.random_f32.pointee.normal(stream, first, $0, count) }, 1e-6))
        }
    }

    private func map<Scalar>(
        _ kernel: (UnsafeRawPointer?, UnsafeMutableRawPointer?, Int) -> Void, _ x: Tensor<Scalar>
    ) -> Tensor<Scalar> {
        Tensor(shape: x.shape) { z in x.withUnsafeElements { kernel($0.baseAddress, z.baseAddress, x.count) } }
    }

    private func reduce(_ kernel: dm_reduction_kernel, _ x: Tensor<Float>, _ reduced: Int, _ inner: Int) -> Tensor<Float> {
        Tensor(shape: [inner]) { z in x.withUnsafeElements { kernel($0.baseAddress, z.baseAddress, 1, reduced, inner, inner) } }
    }

    /// Elements against elements, against one repeated, and one repeated against elements.
    private func check<Scalar: NumericScalar>(_ kernel: dm_binary_kernel, _ expected: dm_binary_kernel, _: Scalar.Type, _ count: Int) {
        let x = Tensor<Scalar>(converting: ramp([count + 1]) * 90), y = Tensor<Scalar>(converting: ramp([count + 1]).squared() * 90)
        func run(_ kernel: dm_binary_kernel, _ xStep: Int, _ yStep: Int) -> Tensor<Scalar> {
            Tensor(shape: [count]) { z in
                x.withUnsafeElements { x in
                    y.withUnsafeElements { y in
                        kernel(
                            dm_operand(elements: x.baseAddress, row_step: 0, column_step: xStep),
                            dm_operand(elements: y.baseAddress, row_step: 0, column_step: yStep), z.baseAddress, 1, count)
                    }
                }
            }
        }
        for (xStep, yStep) in [(1, 1), (1, 0), (0, 1), (0, 0)] { #expect(run(kernel, xStep, yStep) == run(expected, xStep, yStep)) }
    }
}
