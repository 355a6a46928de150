import DMTensors
import Testing

@Suite struct ParameterValuesTests {
    private let values = ParameterValues([
        ("b.weight", Tensor<Float>([1, 2])), ("a.bias", Tensor<Float>([3])), ("b.bias", Tensor<Float>([4])),
    ])

    @Test func keepsTheOrderAndFindsByName() {
        #expect(values.names == ["b.weight", "a.bias", "b.bias"])
        #expect(values.values.map(\.scalars) == [[1, 2], [3], [4]])
        #expect(values["a.bias"]?.scalars == [3])
        #expect(values["c"] == nil)
        #expect(values.map(\.name) == values.names)
    }

    @Test func changesAndAppendsByName() {
        var changed = values
        changed["a.bias"] = Tensor([7])
        changed["new"] = Tensor([8])
        changed[0] = Tensor([9])
        #expect(changed.names == ["b.weight", "a.bias", "b.bias", "new"])
        #expect(changed.values.map(\.scalars) == [[9], [7], [4], [8]])
        #expect(changed != values)
        #expect(values.mapValues { Tensor($0.scalars.map { -$0 }) }.values.map(\.scalars) == [[-1, -2], [-3], [-4]])
    }

    @Test func prefixesComeAndGo() {
        var joined = ParameterValues()
        joined.append(values, prefix: "student.")
        joined.append(values.mapValues { _ in Tensor(0) }, prefix: "teacher.")
        #expect(joined.count == 6)
        #expect(joined.names[3] == "teacher.b.weight")
        #expect(joined.removing(prefix: "student.") == values)
    }

    @Test func twoEqualNamesStop() async {
        await #expect(processExitsWith: .failure) {
            _ = ParameterValues([("a", Tensor<Float>(1)), ("a", Tensor<Float>(2))])
        }
    }
}
